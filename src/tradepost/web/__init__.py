"""Pages for people: forms, views, templates, static files."""
