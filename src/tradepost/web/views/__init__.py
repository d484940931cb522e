"""Views: read the request, make one call, render or redirect."""
