"""What the transaction core's tests share."""

from __future__ import annotations

import pytest

from tests.toy.off import switch_receipts_off
from tests.txn.bench import Bench
from tradepost.engines import Engine


@pytest.fixture
def bench(committed: None, engine: Engine) -> Bench:
    """Makes moves with faults in them."""
    return Bench(engine)


@pytest.fixture
def receipts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switches receipts off, for a negative control."""
    switch_receipts_off(monkeypatch)


@pytest.fixture(autouse=True)
def _both_ways(way: str) -> None:
    """Runs each test over both ways of executing."""
