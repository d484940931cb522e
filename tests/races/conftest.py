"""These tests hold for both ways of executing."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _both_ways(way: str) -> None:
    """Runs each test over both ways of executing."""
