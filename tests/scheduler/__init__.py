"""The stories of the clock, the post and the nudges."""
