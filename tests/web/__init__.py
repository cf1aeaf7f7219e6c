"""What programs call, over real HTTP on loopback."""
