"""What templates need besides Django."""
