"""The back office: Django's admin, which writes only through the services."""
