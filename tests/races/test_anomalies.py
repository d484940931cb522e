"""Lost update, write skew and phantom: a rival acts between a unit's reading and its writing.

Each shape comes with its control, where locks are off. There the wrong thing happens, save on
engines whose isolation is serializable: they refuse the commit, and the retry puts it right.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.toy.models import Note
from tests.toy.off import switch_locks_off
from tests.toy.rivals import QUICK, Midway
from tests.toy.state import balances, state
from tests.toy.units import Full, Overdrawn, add, add_note, withdraw
from tradepost import txn
from tradepost.engines import Engine

Accounts = Callable[..., list[int]]


@pytest.fixture
def serializable(engine: Engine) -> bool:
    """Does the isolation alone forbid what locks prevent elsewhere?"""
    return engine.isolation == "serializable"


@pytest.fixture
def locks_off(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the locks away."""
    switch_locks_off(monkeypatch)


def test_no_update_is_lost(accounts: Accounts) -> None:
    """The rival cannot have the row meanwhile; when its turn comes both are in the sum."""
    (a,) = accounts(0)
    midway = Midway(add(a, 1), lambda: txn.execute(add(a, 10), wait_s=0))
    assert txn.execute(midway.unit).answer == 1
    assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
    assert (txn.execute(add(a, 10)).answer, balances()) == (11, [11])


def test_without_locks_an_update_is_lost(
    accounts: Accounts, locks_off: None, serializable: bool
) -> None:
    """Control: the rival's 10 were committed, and are overwritten."""
    (a,) = accounts(0)
    midway = Midway(add(a, 1), lambda: txn.execute(add(a, 10)))
    answer = txn.execute(midway.unit, policy=QUICK).answer
    assert midway.result == txn.Outcome(10)
    if serializable:
        assert (answer, midway.decisions, balances()) == (11, 2, [11])
    else:
        assert (answer, midway.decisions, balances()) == (1, 1, [1])


def test_two_rows_are_not_skewed(accounts: Accounts) -> None:
    """Two accounts must keep 10 together; of two who would each take 10 only one may."""
    a, b = accounts(10, 10)
    midway = Midway(withdraw(a, b, 10, 10), lambda: txn.execute(withdraw(b, a, 10, 10), wait_s=0))
    assert txn.execute(midway.unit).answer == 0
    assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
    with pytest.raises(Overdrawn):
        txn.execute(withdraw(b, a, 10, 10))
    assert balances() == [0, 10]


def test_without_locks_two_rows_are_skewed(
    accounts: Accounts, locks_off: None, serializable: bool
) -> None:
    """Control: both took 10, and nothing is left of the 10 that had to stay."""
    a, b = accounts(10, 10)
    midway = Midway(withdraw(a, b, 10, 10), lambda: txn.execute(withdraw(b, a, 10, 10)))
    if serializable:
        with pytest.raises(Overdrawn):
            txn.execute(midway.unit, policy=QUICK)
        assert (midway.result, midway.decisions, balances()) == (txn.Outcome(0), 2, [10, 0])
    else:
        assert txn.execute(midway.unit, policy=QUICK).answer == 0
        assert (midway.result, midway.decisions, balances()) == (txn.Outcome(0), 1, [0, 0])


def test_no_note_too_many_appears(accounts: Accounts) -> None:
    """An account may have one note; of two who would each add it only one may."""
    (a,) = accounts(0)
    midway = Midway(add_note(a, 1), lambda: txn.execute(add_note(a, 1), wait_s=0))
    assert txn.execute(midway.unit).answer == 1
    assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
    with pytest.raises(Full):
        txn.execute(add_note(a, 1))
    assert Note.objects.count() == 1


def test_without_locks_a_note_too_many_appears(
    accounts: Accounts, locks_off: None, serializable: bool
) -> None:
    """Control: there are two notes where one is allowed, and the count says one."""
    (a,) = accounts(0)
    midway = Midway(add_note(a, 1), lambda: txn.execute(add_note(a, 1)))
    if serializable:
        with pytest.raises(Full):
            txn.execute(midway.unit, policy=QUICK)
        notes = 1
    else:
        assert txn.execute(midway.unit, policy=QUICK).answer == 1
        notes = 2
    assert (midway.result, midway.decisions) == (txn.Outcome(1), 3 - notes)
    assert (len(state().notes), state().accounts[0][3]) == (notes, 1)
