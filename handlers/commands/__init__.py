"""One file per noun that people speak of."""
