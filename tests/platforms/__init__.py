"""Each channel against a fake of its service, over real sockets."""
