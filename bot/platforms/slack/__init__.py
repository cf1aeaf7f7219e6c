"""Slack: `/crm`, direct messages, mentions and buttons, by Socket Mode or signed HTTP through the same listeners."""

from bot.platforms.slack.channel import Slack

__all__ = ["Slack"]
