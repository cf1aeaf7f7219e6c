"""The stories of the handlers: what is typed, what is answered, what is kept."""
