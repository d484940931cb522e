"""The commands as Django finds them."""
