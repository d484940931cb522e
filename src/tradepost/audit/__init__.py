"""Invariants over the tables, checked from the entries alone: no service is trusted."""
