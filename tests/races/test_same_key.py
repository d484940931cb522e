"""One key from many threads at once: one effect, and the same answer for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.toy.models import Note
from tests.toy.off import switch_receipts_off
from tests.toy.rivals import QUICK
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, get_or_create, move
from tradepost import txn
from tradepost.txn.models import Receipt

THREADS = 32
Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
Together = Callable[[list[Callable[[], Any]]], list[Any]]


def test_the_same_key_from_many_threads_has_one_effect_and_one_answer(
    accounts: Accounts, keys: Keys, together: Together
) -> None:
    """One of 32 did it, 31 were told again, all the same; the rows changed once."""
    a, b = accounts(1000, 0)
    unit = move(a, b, 3, keys())
    outcomes = together([partial(txn.execute, unit, policy=QUICK)] * THREADS)
    answer = {"source": 997, "target": 3}
    assert sorted(outcomes, key=lambda outcome: outcome.replayed) == [
        txn.Outcome(answer),
        *[txn.Outcome(answer, replayed=True)] * (THREADS - 1),
    ]
    assert (balances(), Note.objects.count(), Receipt.objects.count()) == ([997, 3], 1, 1)


def test_without_receipts_the_same_key_has_as_many_effects_as_callers(
    accounts: Accounts, keys: Keys, together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with receipts off, each of 8 threads moves its 3."""
    a, b = accounts(1000, 0)
    switch_receipts_off(monkeypatch)
    unit = move(a, b, 3, keys())
    outcomes = together([partial(txn.execute, unit, policy=QUICK)] * 8)
    assert sorted(outcome.answer["target"] for outcome in outcomes) == list(range(3, 27, 3))
    assert (balances(), Note.objects.count()) == ([976, 24], 8)


def test_the_same_key_for_other_requests_is_taken_by_one_of_them(
    accounts: Accounts, keys: Keys, together: Together
) -> None:
    """Of 16 different amounts under one key one is moved, and 15 are refused."""
    a, b = accounts(1000, 0)
    key = keys()
    units = [move(a, b, amount, key) for amount in range(1, 17)]
    results = together([partial(txn.execute, unit, policy=QUICK) for unit in units])
    done = [result for result in results if isinstance(result, txn.Outcome)]
    assert [type(result) for result in results].count(txn.KeyReused) == 15
    assert [outcome.answer["target"] for outcome in done] == [balances()[1]]
    assert (len(state().notes), len(state().receipts)) == (1, 1)


def test_a_key_that_is_refused_everywhere_stays_free(
    accounts: Accounts, keys: Keys, together: Together
) -> None:
    """All of 16 threads get the refusal, none waits for ever, and nothing changes."""
    a, b = accounts(2, 0)
    unit = move(a, b, 3, keys())
    with unchanged():
        results = together([partial(txn.execute, unit, policy=QUICK)] * 16)
    assert [type(result) for result in results] == [Overdrawn] * 16


def test_a_row_that_many_make_at_once_is_made_once(committed: None, together: Together) -> None:
    """Of 16 that get or create a name, one makes it and the others add to it."""
    results = together([partial(txn.execute, get_or_create("new", 1), policy=QUICK)] * 16)
    ids = {result.answer["id"] for result in results}
    assert [result.answer["made"] for result in results].count(True) == 1
    assert [(pk, balance) for pk, _, balance, *_ in state().accounts] == [(*ids, 16)]
