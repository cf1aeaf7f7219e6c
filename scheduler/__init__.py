"""What happens when nobody asks."""
