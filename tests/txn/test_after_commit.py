"""What is to be done after the commit: once, and only then."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from tests.toy.rivals import ONCE, QUICK, elsewhere
from tests.toy.state import balances
from tests.toy.units import Overdrawn, add, move
from tests.txn.faults import Fault, codes, conflict, error_of
from tradepost import txn
from tradepost.engines import Engine, ErrorClass

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
Callback = Callable[[txn.Outcome], None]


def with_callbacks(unit: txn.Unit, *callbacks: Callback) -> txn.Unit:
    return dataclasses.replace(unit, after_commit=callbacks)


def test_one_function_in_place_of_many_is_refused_before_anything_is_done() -> None:
    with pytest.raises(TypeError, match="a sequence of functions"):
        dataclasses.replace(add(1, 1), after_commit=print)


def test_callbacks_get_the_outcome_in_their_order(accounts: Accounts) -> None:
    """Each is called once, with what the caller gets."""
    (a,) = accounts(0)
    called: list[Any] = []
    outcome = txn.execute(
        with_callbacks(
            add(a, 1),
            lambda outcome: called.append(("first", outcome)),
            lambda outcome: called.append(("second", outcome)),
        )
    )
    assert called == [("first", outcome), ("second", outcome)]


def test_a_callback_runs_when_others_can_see_the_change(accounts: Accounts) -> None:
    """Another connection reads the new balance, so the commit was before."""
    (a,) = accounts(0)
    seen: list[Any] = []
    txn.execute(with_callbacks(add(a, 1), lambda _: seen.append(elsewhere(balances))))
    assert seen == [[1]]


def test_a_refused_unit_calls_nothing_back(accounts: Accounts, keys: Keys) -> None:
    """Nothing was committed."""
    a, b = accounts(0, 0)
    called: list[Any] = []
    with pytest.raises(Overdrawn):
        txn.execute(with_callbacks(move(a, b, 1, keys()), called.append))
    assert called == []


def test_a_replay_calls_nothing_back(accounts: Accounts, keys: Keys) -> None:
    """The work after the commit was done the first time."""
    (a,) = accounts(0)
    called: list[Any] = []
    unit = with_callbacks(add(a, 1, keys()), called.append)
    for _ in range(3):
        txn.execute(unit)
    assert called == [txn.Outcome(1)]


def test_a_unit_tried_three_times_calls_back_once(accounts: Accounts, engine: Engine) -> None:
    """Only the try that committed is followed by the work."""
    (a,) = accounts(0)
    called: list[Any] = []
    fault = Fault(connections["default"], engine, conflict(engine), at=1, times=2)
    with fault.installed():
        txn.execute(with_callbacks(add(a, 1), called.append), policy=QUICK)
    assert (fault.fired, called) == (2, [txn.Outcome(1)])


def test_a_commit_in_doubt_calls_nothing_back(accounts: Accounts, engine: Engine) -> None:
    """Who does not know whether it happened does not act as if it had."""
    (a,) = accounts(0)
    called: list[Any] = []
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    fault = Fault(connections["default"], engine, lost, after=True, cut=True)
    with fault.installed(), pytest.raises(txn.OutcomeUnknown):
        txn.execute(with_callbacks(add(a, 1), called.append))
    assert (called, balances()) == ([], [1])


def test_a_commit_that_its_receipt_settles_calls_back_once(
    accounts: Accounts, engine: Engine, keys: Keys
) -> None:
    """The outcome was found, and it is this unit's own."""
    (a,) = accounts(0)
    called: list[Any] = []
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    fault = Fault(connections["default"], engine, lost, after=True, cut=True)
    with fault.installed():
        txn.execute(with_callbacks(add(a, 1, keys()), called.append), policy=QUICK)
    assert (called, balances()) == ([txn.Outcome(1)], [1])


def test_an_error_in_a_callback_is_logged_and_the_next_one_called(
    accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    """The change is committed and answered whatever happens afterwards."""
    (a,) = accounts(0)
    called: list[Any] = []

    def broken(outcome: txn.Outcome) -> None:
        raise ValueError("no mail today")

    with caplog.at_level(logging.ERROR):
        outcome = txn.execute(with_callbacks(add(a, 1), broken, called.append), policy=ONCE)
    assert (outcome, called, balances()) == (txn.Outcome(1), [outcome], [1])
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError]
    assert "broken" in caplog.text


def test_a_callback_may_execute_a_unit(accounts: Accounts) -> None:
    """The transaction is over, so the next one is not inside it."""
    a, b = accounts(0, 0)
    txn.execute(with_callbacks(add(a, 1), lambda _: txn.execute(add(b, 2))))
    assert balances() == [1, 2]
