"""Where people are: the command line, the composition root and the platforms."""
