"""Views: read the request, make one call, show or redirect."""
