"""One module per outside channel."""
