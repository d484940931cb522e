"""The time that a unit decides with: the database's, read once the rows are locked."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections

from tests.toy.clocks import use_clock
from tests.toy.models import Account
from tests.toy.rivals import PATIENCE_S, QUICK, Holder, elsewhere
from tests.toy.units import add
from tradepost import txn
from tradepost.engines import engine_of
from tradepost.engines.tables import table_of
from tradepost.txn.attempt import Attempt

Accounts = Callable[..., list[int]]


def database_time() -> datetime:
    """Ask the database for its time, on this thread's connection."""
    wrapper = connections["default"]
    dialect = engine_of(wrapper).speak(wrapper)
    return dialect.looked_up(dialect.run(dialect.look_up(table_of(Account, "default"), [], [])))[0]


def wait_behind_another(pk: int) -> tuple[datetime, datetime]:
    """Return the time of a unit that waited for a row, and a time from before it was free."""
    times: list[datetime] = []
    asked, read = threading.Event(), threading.Event()

    def decide(rows: txn.Rows) -> txn.Changes:
        times.append(rows.now)
        return txn.Changes(answer=None)

    def ask(execute: Any, sql: str, *rest: Any) -> Any:
        if "toy_account" in sql or sql.startswith("BEGIN"):
            asked.set()
            assert read.wait(PATIENCE_S)
        return execute(sql, *rest)

    def wait() -> None:
        with connections["default"].execute_wrapper(ask):
            txn.execute(dataclasses.replace(add(pk, 1), decide=decide), policy=QUICK)

    with Holder.of(add(pk, 1)) as holder:
        waiter = threading.Thread(target=elsewhere, args=(wait,))
        waiter.start()
        assert asked.wait(PATIENCE_S)
        before = elsewhere(database_time)
        read.set()
        holder.outcome()
        waiter.join(PATIENCE_S)
    return times[-1], before


def test_a_unit_that_waited_decides_with_a_time_after_the_wait(accounts: Accounts) -> None:
    """The row was still held at a time before its own, by the database's own clock."""
    decided, held = wait_behind_another(*accounts(10))
    assert decided > held


def test_with_a_time_from_before_the_locks_it_would_decide_with_an_old_one(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: read when the attempt begins, the time is from before the row was free."""
    begin = Attempt.__init__
    started = threading.local()

    def early(self: Attempt, *args: Any, **options: Any) -> None:
        started.at = database_time()
        begin(self, *args, **options)

    (a,) = accounts(10)
    with monkeypatch.context() as patch:
        patch.setattr(Attempt, "__init__", early)
        asked = database_time
        assert asked() is not None
        use_clock(patch, lambda: getattr(started, "at", None) or datetime.now(UTC))
        decided, held = wait_behind_another(a)
    assert decided < held


def test_the_time_is_aware_and_the_same_for_every_row(accounts: Accounts) -> None:
    """It is what is written, to the microsecond."""
    (a,) = accounts(10)
    seen: list[datetime] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        seen.append(rows.now)
        lock = txn.RowLock(Account, a)
        return txn.Changes(answer=None, updates=(txn.Update(lock, {"changed_at": rows.now}),))

    txn.execute(dataclasses.replace(add(a, 1), decide=decide))
    assert seen[0].tzinfo is UTC
    assert Account.objects.get().changed_at == seen[0]
    assert connection.get_autocommit()
