"""Where Django finds the commands."""
