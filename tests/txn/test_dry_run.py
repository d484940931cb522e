"""A dry run decides over the rows as they are, and writes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from django.db import connection

from tests.toy.rivals import Holder
from tests.toy.sent import sent
from tests.toy.state import unchanged
from tests.toy.units import Overdrawn, add, get_or_create, move, remove
from tradepost import txn

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


def test_a_dry_run_answers_what_would_happen_and_writes_nothing(
    accounts: Accounts, keys: Keys
) -> None:
    """The answer has the balances to come; every row, and the key, stay as they are."""
    a, b = accounts(10, 0)
    with unchanged():
        outcome = txn.execute(move(a, b, 3, keys()), dry_run=True)
    assert outcome == txn.Outcome({"source": 7, "target": 3})


def test_a_dry_run_leaves_its_key_free(accounts: Accounts, keys: Keys) -> None:
    """The request itself, under the same key, is executed afterwards."""
    a, b = accounts(10, 0)
    unit = move(a, b, 3, keys())
    txn.execute(unit, dry_run=True)
    assert txn.execute(unit) == txn.Outcome({"source": 7, "target": 3})


def test_a_dry_run_only_reads(accounts: Accounts, keys: Keys) -> None:
    """No statement but SELECT is sent, and none of them locks."""
    a, b = accounts(10, 0)
    with sent() as statements:
        txn.execute(move(a, b, 3, keys()), dry_run=True)
    assert {one.verb for one in statements} == {"SELECT"}
    assert [sql for sql, _ in statements if "FOR UPDATE" in sql] == []


def test_a_dry_run_waits_for_nobody(accounts: Accounts) -> None:
    """It sees the last committed rows while another transaction holds them."""
    a, b = accounts(10, 0)
    with Holder.of(move(a, b, 4)):
        outcome = txn.execute(move(a, b, 3), dry_run=True)
    assert outcome.answer == {"source": 7, "target": 3}


def test_a_dry_run_is_refused_as_the_run_would_be(accounts: Accounts) -> None:
    """A refusal comes with the same facts, and nothing changes."""
    a, b = accounts(2, 0)
    with unchanged(), pytest.raises(Overdrawn) as caught:
        txn.execute(move(a, b, 3), dry_run=True)
    assert caught.value.facts["available"] == 2


def test_a_dry_run_of_a_used_key_answers_what_happened(accounts: Accounts, keys: Keys) -> None:
    """The stored outcome is told, not what another execution would do."""
    a, b = accounts(10, 0)
    unit = move(a, b, 3, keys())
    txn.execute(unit)
    with unchanged():
        outcome = txn.execute(unit, dry_run=True)
    assert outcome == txn.Outcome({"source": 7, "target": 3}, replayed=True)


def test_a_dry_run_of_a_key_used_for_another_request_is_refused(
    accounts: Accounts, keys: Keys
) -> None:
    """What the real run would be told of its key, the dry run is told too."""
    a, b = accounts(10, 0)
    key = keys()
    txn.execute(move(a, b, 3, key))
    with unchanged(), pytest.raises(txn.KeyReused):
        txn.execute(move(a, b, 4, key), dry_run=True)


def test_a_dry_run_of_an_insert_has_no_id_to_tell(committed: None) -> None:
    """The id that only the database could give is null, and no row is made."""
    with unchanged():
        outcome = txn.execute(get_or_create("new"), dry_run=True)
    assert outcome.answer == {"id": None, "made": True}


def test_a_dry_run_deletes_nothing(accounts: Accounts) -> None:
    """A deletion is only decided."""
    (a,) = accounts(1)
    with unchanged():
        assert txn.execute(remove(a), dry_run=True) == txn.Outcome(None)


def test_a_dry_run_calls_nothing_back(accounts: Accounts) -> None:
    """Nothing was committed, so there is nothing to do after it."""
    (a,) = accounts(1)
    called: list[txn.Outcome] = []
    txn.execute(dataclasses.replace(add(a, 1), after_commit=(called.append,)), dry_run=True)
    assert called == []


def test_a_dry_run_takes_no_impure_decision(accounts: Accounts) -> None:
    """A decision that asks the database is refused here too."""
    (a,) = accounts(1)

    def decide(rows: txn.Rows) -> txn.Changes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return txn.Changes(answer=None)

    with pytest.raises(txn.ImpureDecision, match="SELECT 1"):
        txn.execute(dataclasses.replace(add(a, 1), decide=decide), dry_run=True)
