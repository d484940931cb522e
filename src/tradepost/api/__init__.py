"""REST: /api/v1 and the documents' routes."""
