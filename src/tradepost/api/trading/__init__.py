"""Players and trades over HTTP: routes, schemas and presenters of /api/v1."""
