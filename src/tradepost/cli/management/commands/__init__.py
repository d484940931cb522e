"""A module for each command: parse, one call, print."""
