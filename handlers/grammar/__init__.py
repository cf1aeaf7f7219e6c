"""Pure parsers of what people type."""
