"""The routes of the tutorials: thin adapters over the services that /api/v1 uses."""
