"""The web pages: forms, views, templates and static files."""
