"""What people type, and what it is read as: pure parsers, no store."""
