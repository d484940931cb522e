"""A group's units are settled as if they had run one after another, in one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.toy.models import Account, Note
from tests.toy.sent import commits, sent
from tests.toy.state import balances, state, unchanged
from tests.toy.units import Overdrawn, account, add, get_or_create, move, open_many, remove, rename
from tests.txn.groups import SEPARATELY, deciding, finished, insert, kinds, noting
from tradepost import txn
from tradepost.engines import Engine, RowLocks
from tradepost.errors import NotFound
from tradepost.txn import group

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


@pytest.fixture
def way() -> str:
    """These tests make groups themselves."""
    return "group"


def test_no_units_at_all_are_a_group(committed: None) -> None:
    """There is nothing to do, and nothing is sent."""
    with sent() as statements:
        assert group.execute_group([]) == []
    assert statements == []


def test_units_decide_in_the_order_given_over_what_those_before_them_left(
    accounts: Accounts,
) -> None:
    """Four additions to one row see each other's sums; there is one commit."""
    (a,) = accounts(0)
    order: list[int] = []
    units = [noting(order, place, add(a, 10**place)) for place in range(4)]
    with commits() as done:
        assert group.execute_group(units) == [txn.Outcome(one) for one in (1, 11, 111, 1111)]
    assert (order, balances(), len(done)) == ([0, 1, 2, 3], [1111], 1)


def test_a_row_that_many_units_change_is_locked_and_written_once(
    accounts: Accounts, engine: Engine
) -> None:
    """Ten moves between two rows are one look, one update and one insert of ten notes."""
    a, b = accounts(10, 0)
    with sent() as statements:
        group.execute_group([move(a, b, 1)] * 10)
    looks = ["SELECT"] * (2 if engine.row_locks is RowLocks.ROW_BY_ROW else 1)
    verbs = [one.verb for one in statements if "toy_" in one.sql]
    assert verbs == [*looks, "UPDATE", "INSERT"]
    assert (balances(), Note.objects.count()) == ([0, 10], 10)


def test_a_row_that_one_unit_makes_is_there_for_the_next_by_each_key(accounts: Accounts) -> None:
    """By its name, by an id that it brought, and by a name that it gets later."""
    accounts(0)
    new, named = 10**6, txn.RowLock(Account, "renamed", field="name")
    units = [
        get_or_create("new", 1),
        get_or_create("new", 2),
        insert(id=new, name="brought", balance=10),
        get_or_create("brought", 20),
        add(new, 40),
        rename(new, "renamed"),
        deciding(get_or_create("renamed"), lambda rows: txn.Changes(answer=rows.get(named).id)),
    ]
    results = group.execute_group(units)
    made = Account.objects.get(name="new")
    assert [result.answer for result in results if isinstance(result, txn.Outcome)] == [
        {"id": made.pk, "made": True},
        {"id": made.pk, "made": False},
        None,
        {"id": new, "made": False},
        70,
        "renamed",
        new,
    ]
    stored = list(Account.objects.order_by("balance").values_list("name", "balance"))
    assert stored == [("account-0", 0), ("new", 3), ("renamed", 70)]


def test_a_row_that_one_unit_deletes_is_gone_for_the_next(accounts: Accounts) -> None:
    """It cannot be deleted again, and its name is free."""
    a, b = accounts(5, 6)
    results = group.execute_group([remove(a), remove(a), get_or_create("account-0", 7)])
    new = Account.objects.get(name="account-0")
    assert kinds(results) == [
        txn.Outcome(None),
        NotFound,
        txn.Outcome({"id": new.pk, "made": True}),
    ]
    assert (new.pk != a, balances()) == (True, [6, 7])
    assert Account.objects.filter(pk=b).exists()


def test_a_row_named_by_two_keys_is_one_row(accounts: Accounts) -> None:
    """One unit names it by its id, the other by its name; both additions are in the sum."""
    (a,) = accounts(1)
    results = group.execute_group([add(a, 2), get_or_create("account-0", 4), add(a, 8)])
    assert results == [
        txn.Outcome(3),
        txn.Outcome({"id": a, "made": False}),
        txn.Outcome(15),
    ]
    assert balances() == [15]


def test_a_refused_unit_leaves_no_trace(accounts: Accounts, keys: Keys) -> None:
    """Between two that are done, one that is refused changes no row and stores no receipt."""
    a, b = accounts(3, 0)
    key = keys()
    with commits() as done:
        results = group.execute_group([move(a, b, 2), move(a, b, 2, key), move(a, b, 1)])
    assert kinds(results) == [
        txn.Outcome({"source": 1, "target": 2}),
        Overdrawn,
        txn.Outcome({"source": 0, "target": 3}),
    ]
    assert isinstance(results[1], Overdrawn)
    assert results[1].facts == {"name": "account-0", "available": 1, "required": 2}
    assert (balances(), txn.find_receipt(key), len(done)) == ([0, 3], None, 1)
    assert [text for _, _, text in state().notes] == ["2 to account-1", "1 to account-1"]


def test_a_group_of_refused_units_changes_nothing(accounts: Accounts, keys: Keys) -> None:
    """Each is told its own refusal."""
    a, b = accounts(0, 0)
    with unchanged():
        results = group.execute_group([move(a, b, amount, keys()) for amount in (1, 2)])
    assert [one.facts["required"] for one in results if isinstance(one, Overdrawn)] == [1, 2]


def fail(_rows: txn.Rows) -> txn.Changes:
    raise RuntimeError("a mistake")


def ask(_rows: txn.Rows) -> txn.Changes:
    return txn.Changes(answer=Account.objects.count())


def ask_and_hide(_rows: txn.Rows) -> txn.Changes:
    with contextlib.suppress(Exception):
        Account.objects.count()
    return txn.Changes(answer=None)


@pytest.mark.parametrize(
    ("decide", "told"),
    [(fail, RuntimeError), (ask, txn.ImpureDecision), (ask_and_hide, txn.ImpureDecision)],
    ids=["raises", "asks", "asks and hides it"],
)
def test_a_unit_whose_decision_is_a_mistake_fails_alone(
    accounts: Accounts, decide: Callable[[txn.Rows], txn.Changes], told: type[Exception]
) -> None:
    """Its error is its own; the units before and behind it are done in the same transaction."""
    a, b = accounts(0, 0)
    with commits() as done:
        results = group.execute_group([add(a, 1), deciding(add(b, 1), decide), add(a, 2)])
    assert kinds(results) == [txn.Outcome(1), told, txn.Outcome(3)]
    assert (balances(), len(done)) == ([3, 0], 1)


def missing_row(_rows: txn.Rows) -> txn.Changes:
    return txn.Changes(answer=None, updates=(txn.Update(account(10**9), {"balance": 1}),))


def misspelt(_rows: txn.Rows) -> txn.Changes:
    return txn.Changes(answer=None, inserts=(txn.Insert(Account, {"nam": "x"}),))


def no_json(_rows: txn.Rows) -> txn.Changes:
    return txn.Changes(answer={1, 2})


@pytest.mark.parametrize(
    ("decide", "told"),
    [(missing_row, LookupError), (misspelt, TypeError), (no_json, TypeError)],
    ids=["a row not named", "a column misspelt", "an answer that is not JSON"],
)
def test_a_unit_whose_changes_cannot_be_made_fails_alone(
    accounts: Accounts, keys: Keys, decide: Callable[[txn.Rows], txn.Changes], told: type[Exception]
) -> None:
    """The group leaves every unit to itself, and changes nothing; by itself only this one fails."""
    a, b = accounts(0, 0)
    units = [add(a, 1, keys()), deciding(add(b, 1, keys()), decide), add(a, 2, keys())]
    with unchanged():
        assert group.execute_group(units) == [SEPARATELY] * 3
    assert kinds(finished(units)) == [txn.Outcome(1), told, txn.Outcome(3)]
    assert (balances(), len(state().receipts)) == ([3, 0], 2)


def test_a_unit_sees_no_row_that_only_another_one_named(accounts: Accounts) -> None:
    """Alone it could not, either."""
    a, b = accounts(1, 2)
    results = group.execute_group([add(b, 1), deciding(add(a, 1), add(b, 5).decide)])
    assert kinds(results) == [txn.Outcome(3), LookupError]
    assert balances() == [1, 3]


def test_every_unit_of_a_group_has_the_same_time(accounts: Accounts) -> None:
    """The clock is read once a transaction."""
    (a,) = accounts(0)
    times: list[Any] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        times.append(rows.now)
        return txn.Changes(answer=None)

    group.execute_group([deciding(add(a, 1), decide)] * 3)
    assert (len(times), len(set(times))) == (3, 1)


def test_an_id_to_come_is_told_to_each_unit_and_written_where_it_is_used(committed: None) -> None:
    """A note of the second unit is about the account that the first one makes."""
    lock = txn.RowLock(Account, "new", field="name")

    def decide(rows: txn.Rows) -> txn.Changes:
        row = rows.get(lock)
        note = txn.Insert(Note, {"account": row.id, "text": "hello"})
        answer = txn.Deferred(lambda: [txn.known_id(row.id), note.id.value])
        return txn.Changes(answer=answer, inserts=(note,))

    units = [get_or_create("new"), deciding(get_or_create("new"), decide), open_many(["more"])]
    made, noted, more = group.execute_group(units)
    new, other = Account.objects.order_by("pk")
    note = Note.objects.get()
    assert (made, noted, more) == (
        txn.Outcome({"id": new.pk, "made": True}),
        txn.Outcome([new.pk, note.pk]),
        txn.Outcome([other.pk]),
    )
    assert (note.account, new.name, other.name) == (new.pk, "new", "more")


def test_a_group_leaves_the_connection_as_it_was(accounts: Accounts) -> None:
    """Done or left to itself, the next statement is in no transaction."""
    (a,) = accounts(0)
    for units in ([add(a, 1)], [insert(name="account-0")]):
        group.execute_group(units)
        assert connection.get_autocommit()
        assert not connection.in_atomic_block
