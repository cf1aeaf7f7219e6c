"""Whole stories: the real program in a process of its own, between people on Slack, on Telegram and at a terminal."""
