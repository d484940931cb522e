"""Rows that a unit adds: their ids, their defaults, and others who add the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from tests.toy.acts import toy_act
from tests.toy.models import Account, Note
from tests.toy.rivals import QUICK, Midway
from tests.toy.state import unchanged
from tests.toy.units import account, add, get_or_create, open_many
from tradepost import txn
from tradepost.engines import Engine, RowLocks

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


def inserting(*inserts: txn.Insert) -> txn.Unit:
    """Return a unit that only adds rows, and answers their ids."""
    ids = txn.Deferred(lambda: [insert.id.value for insert in inserts])
    return txn.Unit(
        locks=(),
        decide=lambda _: txn.Changes(answer=ids, inserts=inserts),
        act=toy_act("insert"),
        terms=(),
    )


def test_a_missing_row_is_made(committed: None) -> None:
    """The answer has the id of the one row that is there now."""
    outcome = txn.execute(get_or_create("new", 5))
    row = Account.objects.get()
    assert outcome.answer == {"id": row.pk, "made": True}
    assert (row.name, row.balance, row.note_count, row.changed_at) == ("new", 5, 0, None)


def test_a_row_that_is_there_is_found_by_its_unique_key(accounts: Accounts) -> None:
    """It is changed, and none is made."""
    a, b = accounts(1, 2)
    outcome = txn.execute(get_or_create("account-1", 5))
    assert outcome.answer == {"id": b, "made": False}
    assert list(Account.objects.order_by("pk").values_list("pk", "balance")) == [(a, 1), (b, 7)]


def test_a_row_that_a_rival_makes_first_is_found_by_the_next_try(
    committed: None, engine: Engine
) -> None:
    """Its insert is refused, so the unit runs again and adds to the rival's row."""
    rival = get_or_create("new", 100)
    midway = Midway(get_or_create("new", 5), lambda: txn.execute(rival, wait_s=0))
    outcome = txn.execute(midway.unit, policy=QUICK)
    row = Account.objects.get()
    if engine.row_locks is RowLocks.NONE:
        # Nobody else can write while it decides.
        assert (type(midway.result), midway.decisions) == (txn.Locked, 1)
        assert (outcome.answer, row.balance) == ({"id": row.pk, "made": True}, 5)
    else:
        assert midway.result.answer == {"id": row.pk, "made": True}
        assert midway.decisions == 2
        assert (outcome.answer, row.balance) == ({"id": row.pk, "made": False}, 105)


def test_a_thousand_rows_get_each_its_own_id_in_order(committed: None) -> None:
    """The ids answered are those of the rows with the names given, one by one."""
    names = [f"many-{place:04}" for place in range(1000)]
    outcome = txn.execute(open_many(names))
    stored = list(Account.objects.order_by("pk").values_list("pk", "name", "balance"))
    assert stored == list(zip(outcome.answer, names, range(1000), strict=True))


def test_rows_of_two_tables_refer_to_each_other(committed: None) -> None:
    """A note holds the id that its account gets in the same unit."""
    new = txn.Insert(Account, {"name": "new"})
    note = txn.Insert(Note, {"account": new.id, "text": "hello"})
    outcome = txn.execute(inserting(new, note))
    stored = Note.objects.get()
    assert outcome.answer == [stored.account, stored.pk]
    assert stored.account == Account.objects.get().pk


def test_a_row_may_bring_its_own_id(committed: None) -> None:
    """Where the unit names the id, the database does not count."""
    txn.execute(inserting(txn.Insert(Account, {"id": 10**9, "name": "named"})))
    assert list(Account.objects.values_list("pk", "name")) == [(10**9, "named")]


def test_rows_with_and_without_ids_go_together(committed: None) -> None:
    """Each row ends up with the name that was given with it."""
    named = txn.Insert(Account, {"id": 10**9, "name": "named"})
    counted = txn.Insert(Account, {"name": "counted"})
    outcome = txn.execute(inserting(named, counted))
    assert dict(Account.objects.values_list("name", "pk")) == {
        "named": 10**9,
        "counted": outcome.answer[1],
    }


def test_two_inserts_of_the_same_values_are_two_rows(committed: None) -> None:
    """Nothing is taken for a duplicate but by a constraint."""
    notes = [txn.Insert(Note, {"account": 1, "text": "same"}) for _ in range(2)]
    outcome = txn.execute(inserting(*notes))
    assert list(Note.objects.order_by("pk").values_list("pk", flat=True)) == outcome.answer
    assert len(set(outcome.answer)) == 2


def test_an_unknown_column_is_a_mistake_that_changes_nothing(accounts: Accounts) -> None:
    """A misspelt name is refused before anything is written."""
    (a,) = accounts(1)
    bad = txn.Insert(Account, {"name": "new", "balanse": 1})

    def decide(rows: txn.Rows) -> txn.Changes:
        return dataclasses.replace(add(a, 1).decide(rows), inserts=(bad,))

    with unchanged(), pytest.raises(TypeError, match="balanse"):
        txn.execute(dataclasses.replace(add(a, 1), decide=decide))


def test_a_duplicate_that_the_rules_let_pass_is_refused_by_the_database(
    accounts: Accounts, keys: Keys
) -> None:
    """Nobody named the row, so trying again is no use: nothing changes, the key is free."""
    (a,) = accounts(1)
    unit = add(a, 1, keys())

    def decide(rows: txn.Rows) -> txn.Changes:
        twice = txn.Insert(Account, {"name": "account-0"})
        return dataclasses.replace(add(a, 1).decide(rows), inserts=(twice,))

    with unchanged(), pytest.raises(txn.ConstraintRefused):
        txn.execute(dataclasses.replace(unit, decide=decide))
    assert txn.execute(unit) == txn.Outcome(2)


def test_a_row_is_deleted_and_made_again_in_one_unit(accounts: Accounts) -> None:
    """The new row has the old one's keys and none of its other values."""
    (a,) = accounts(7)

    def decide(rows: txn.Rows) -> txn.Changes:
        again = txn.Insert(Account, {"id": a, "name": "account-0", "note_count": 3})
        return txn.Changes(answer=None, deletes=(txn.Delete(account(a)),), inserts=(again,))

    txn.execute(dataclasses.replace(add(a, 0), decide=decide))
    assert list(Account.objects.values_list()) == [(a, "account-0", 0, 3, None)]


def test_a_name_that_one_row_gives_up_can_be_taken_by_a_new_one(accounts: Accounts) -> None:
    """Updates are written before inserts, so the name is free when it is taken."""
    (a,) = accounts(7)

    def decide(rows: txn.Rows) -> txn.Changes:
        return txn.Changes(
            answer=None,
            updates=(txn.Update(account(a), {"name": "old"}),),
            inserts=(txn.Insert(Account, {"name": "account-0"}),),
        )

    txn.execute(dataclasses.replace(add(a, 0), decide=decide))
    assert list(Account.objects.order_by("pk").values_list("name", "balance")) == [
        ("old", 7),
        ("account-0", 0),
    ]
