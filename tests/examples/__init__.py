"""Tests of the examples: each runs as a project of its own."""
