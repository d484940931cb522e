"""The documents' own routes: thin adapters over the services that /api/v1 uses."""
