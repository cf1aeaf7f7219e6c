"""Stories against real things: databases, HTTP on loopback, the clock handed in."""
