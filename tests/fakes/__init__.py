"""Outside services as they behave, over real sockets on loopback."""
