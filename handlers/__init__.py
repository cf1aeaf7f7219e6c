"""What can be said, and what is answered."""
