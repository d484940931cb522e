"""Shared by the web pages and the back office."""
