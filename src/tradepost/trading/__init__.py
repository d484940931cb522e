"""Players and trades."""
