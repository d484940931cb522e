"""REST: /api/v1 and the tutorials' routes."""
