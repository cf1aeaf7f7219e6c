"""What is remembered, and the only functions that change it."""
