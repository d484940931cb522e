"""Authentication, API keys, and rights."""
