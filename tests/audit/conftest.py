"""What the tests of the audit share."""

from __future__ import annotations

import pytest

from tests.audit.books import Shop, open_shop


@pytest.fixture
def shop(db: None) -> Shop:
    """A shop with honest books."""
    return open_shop()
