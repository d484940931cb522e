"""What the back office's people fill in; each form is one call of one service."""
