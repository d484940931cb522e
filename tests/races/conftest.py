"""These tests hold for both ways of executing."""

from __future__ import annotations

import pytest


@pytest.fixture
def committed(way: str, committed: None) -> None:
    """A database whose commits are real, for units that are executed either way."""
