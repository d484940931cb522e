"""Customers, products, stock and orders."""
