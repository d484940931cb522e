"""The back office: Django's admin, which reads freely and writes through the services."""
