"""Checks the invariants on the tables themselves, without trusting any service."""
