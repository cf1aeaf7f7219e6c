"""One file per nudge."""
