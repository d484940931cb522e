"""What the tests of the shop share."""

from __future__ import annotations

import pytest

from tests.shop.actors import register


@pytest.fixture
def ann(db: None, way: str) -> int:
    """A customer."""
    return register(username="ann")
