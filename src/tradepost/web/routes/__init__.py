"""The routes of each part."""
