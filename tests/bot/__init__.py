"""The program as people and scripts start it: real processes, files and terminals."""
