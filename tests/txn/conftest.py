"""What the transaction core's tests share; those that execute units hold for both ways."""

from __future__ import annotations

import pytest

from tests.toy.off import switch_receipts_off
from tests.txn.bench import Bench
from tradepost.engines import Engine


@pytest.fixture
def committed(way: str, committed: None) -> None:
    """A database whose commits are real, for units that are executed either way."""


@pytest.fixture
def bench(committed: None, engine: Engine, way: str) -> Bench:
    """Makes moves with faults in them."""
    return Bench(engine, way)


@pytest.fixture
def receipts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switches receipts off, for a negative control."""
    switch_receipts_off(monkeypatch)
