"""Customers, products and orders over HTTP: routes, schemas and presenters of /api/v1."""
