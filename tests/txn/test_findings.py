"""Weaknesses that tests found and that are still there: each test here is expected to fail.

Whoever mends one takes its mark off, and moves the test to where it belongs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from tests.toy.rivals import ONCE, elsewhere
from tests.toy.state import balances
from tests.toy.units import add
from tests.txn.bench import Bench, once
from tests.txn.faults import unlisted
from tradepost import txn
from tradepost.engines import Engine

Accounts = Callable[..., list[int]]


@pytest.mark.xfail(reason="on a file, the open transaction stays on the thread's connection")
@pytest.mark.parametrize("error", [None, KeyboardInterrupt()], ids=["unlisted", "interrupt"])
def test_a_mistake_behind_begin_leaves_no_transaction_open(
    bench: Bench, engine: Engine, error: BaseException | None
) -> None:
    """Whatever is raised after BEGIN was done, the next unit of the thread can begin."""
    unit = bench.unit(keyed=True)

    def work() -> object:
        fault = bench.fault(error or unlisted(engine), at=0, after=True)
        try:
            with fault.installed(), contextlib.suppress(BaseException):
                txn.execute(unit, policy=ONCE)
            return bench.told(unit, policy=ONCE)
        finally:
            bench.connection.connection.rollback()

    assert bench.effect(unit, elsewhere(work)) == once(keyed=True)


@pytest.mark.xfail(reason="where BEGIN may follow BEGIN, the inner ROLLBACK ends the outer one")
def test_a_snapshot_inside_a_snapshot_does_not_end_it(accounts: Accounts) -> None:
    """It is refused, or leaves the outer one as it is."""
    (a,) = accounts(1)

    def work() -> list[list[int]]:
        with txn.snapshot():
            before = balances()
            try:
                with txn.snapshot():
                    balances()
            except Exception:
                return []
            elsewhere(lambda: txn.execute(add(a, 10)))
            return [before, balances()]

    assert elsewhere(work) in ([], [[1], [1]])
