"""What executing a unit does to its rows, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from tests.toy.acts import toy_act
from tests.toy.clocks import stop_the_clock
from tests.toy.models import Account, Note
from tests.toy.rivals import QUICK, Meanwhile
from tests.toy.sent import sent
from tests.toy.state import State, balances, state, unchanged
from tests.toy.units import Overdrawn, account, add, move, remove
from tests.txn.faults import Fault, codes, error_of
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, RowLocks

Accounts = Callable[..., list[int]]
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)
LATER = datetime(2024, 2, 29, 12, 0, 1, tzinfo=UTC)


def test_a_unit_changes_the_rows_it_decided_on_and_no_others(accounts: Accounts) -> None:
    """After a move of 3, exactly two balances differ and one note was added."""
    a, b, c = accounts(10, 0, 5)
    outcome = txn.execute(move(a, b, 3))
    assert outcome == txn.Outcome({"source": 7, "target": 3})
    note = Note.objects.get()
    assert state() == State(
        accounts=(
            (a, "account-0", 7, 0, None),
            (b, "account-1", 3, 0, None),
            (c, "account-2", 5, 0, None),
        ),
        notes=((note.pk, a, "3 to account-1"),),
        receipts=(),
    )


def test_a_refusal_changes_nothing(accounts: Accounts, keys: Callable[[], txn.Key]) -> None:
    """A refused unit leaves no row, no note and no receipt of its key."""
    a, b = accounts(2, 0)
    with unchanged(), pytest.raises(Overdrawn):
        txn.execute(move(a, b, 3, keys()))


def test_a_refusal_reaches_the_caller_with_its_facts(accounts: Accounts) -> None:
    """The refusal that the decision raised is the one that is caught."""
    a, b = accounts(2, 0)
    with pytest.raises(Overdrawn) as caught:
        txn.execute(move(a, b, 3))
    assert caught.value.facts == {"name": "account-0", "available": 2, "required": 3}


def test_a_unit_after_a_refusal_works_on_the_same_connection(accounts: Accounts) -> None:
    """The refused transaction is closed, so the next unit sees and changes the rows."""
    a, b = accounts(2, 0)
    with pytest.raises(Overdrawn):
        txn.execute(move(a, b, 3))
    assert txn.execute(move(a, b, 2)).answer == {"source": 0, "target": 2}


def test_an_error_in_a_decision_is_raised_as_it_is_and_changes_nothing(
    accounts: Accounts,
) -> None:
    """A mistake in the calling code is neither retried nor hidden."""
    (a,) = accounts(1)
    calls: list[int] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        calls.append(1)
        raise ValueError("a mistake")

    with unchanged(), pytest.raises(ValueError, match="a mistake"):
        txn.execute(dataclasses.replace(add(a, 1), decide=decide))
    assert calls == [1]
    assert connection.get_autocommit()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_unit_changes_nothing(
    accounts: Accounts, error: type[BaseException]
) -> None:
    """Whoever stops the process in the middle of a decision leaves no half of it."""
    (a,) = accounts(1)

    def decide(rows: txn.Rows) -> txn.Changes:
        raise error

    with unchanged(), pytest.raises(error):
        txn.execute(dataclasses.replace(add(a, 1), decide=decide))
    assert txn.execute(add(a, 1)).answer == 2


def lost_when_writing(engine: Engine, pk: int) -> AbstractContextManager[Fault]:
    """Let the next update on this connection fail."""
    error = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    with sent() as statements:
        txn.execute(add(pk, 0))
    place = [one.verb for one in statements].index("UPDATE")
    return Fault(connection, engine, error, at=place, cut=True).installed()


def test_a_decision_is_made_anew_from_fresh_rows(accounts: Accounts, engine: Engine) -> None:
    """What others committed between two tries is in the rows of the second."""
    (a,) = accounts(10)
    seen: list[int] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        seen.append(rows.get(account(a)).balance)
        return add(a, 1).decide(rows)

    policy = Meanwhile(call=lambda: txn.execute(add(a, 100)))
    with lost_when_writing(engine, a):
        outcome = txn.execute(dataclasses.replace(add(a, 1), decide=decide), policy=policy)
    assert (seen, outcome.answer, balances()) == ([10, 110], 111, [111])


def test_each_try_has_one_time_of_its_own(
    accounts: Accounts, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is read once a transaction, and what the last try read is written."""
    (a,) = accounts(10)
    seen: list[datetime] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        seen.append(rows.now)
        update = txn.Update(account(a), {"changed_at": rows.now})
        return txn.Changes(answer=None, updates=(update,))

    with lost_when_writing(engine, a):
        stop_the_clock(monkeypatch, NOON, LATER)
        txn.execute(dataclasses.replace(add(a, 1), decide=decide), policy=QUICK)
    assert (seen, Account.objects.get().changed_at) == ([NOON, LATER], LATER)


def test_an_update_to_the_values_already_there_is_no_lost_row(accounts: Accounts) -> None:
    """Servers that count only changed rows must not make it look as if the row had gone."""
    (a,) = accounts(10)
    assert txn.execute(add(a, 0), policy=QUICK).answer == 10


def test_many_rows_get_each_its_own_values(accounts: Accounts) -> None:
    """One bulk update writes numbers, texts, times and NULLs to the rows they belong to."""
    pks = accounts(*range(5))
    locks = [account(pk) for pk in pks]
    values = [
        {"name": f"new-{place}", "balance": 10**15 + place, "changed_at": time}
        for place, time in enumerate([NOON, None, LATER, None, NOON])
    ]

    def decide(rows: txn.Rows) -> txn.Changes:
        updates = [txn.Update(*change) for change in zip(locks, values, strict=True)]
        return txn.Changes(answer=None, updates=updates)

    txn.execute(txn.Unit(locks=locks, decide=decide, act=toy_act("edit"), terms=()))
    assert list(Account.objects.order_by("pk").values("name", "balance", "changed_at")) == values


def test_a_row_comes_back_as_it_was_stored(accounts: Accounts) -> None:
    """A decision sees text, numbers and times with the types that the model has."""
    (a,) = accounts(2**53 - 1)
    Account.objects.update(name="Łukasz 🪙", changed_at=NOON)
    seen: list[Any] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        row = rows.get(account(a))
        seen.append((row.id, row.name, row.balance, row.note_count, row.changed_at))
        return txn.Changes(answer=None)

    txn.execute(dataclasses.replace(add(a, 0), decide=decide))
    assert seen == [(a, "Łukasz 🪙", 2**53 - 1, 0, NOON)]


def test_more_rows_than_fit_a_statement_are_locked_and_written(accounts: Accounts) -> None:
    """Six hundred rows take several statements, and each is written once."""
    Account.objects.bulk_create(Account(name=f"many-{place}") for place in range(600))
    pks = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    locks = [account(pk) for pk in pks]

    def decide(rows: txn.Rows) -> txn.Changes:
        updates = [
            txn.Update(lock, {"balance": rows.get(lock).balance + place})
            for place, lock in enumerate(locks)
        ]
        return txn.Changes(answer=None, updates=updates)

    txn.execute(txn.Unit(locks=locks, decide=decide, act=toy_act("edit"), terms=()))
    assert balances() == list(range(600))


def test_a_deleted_row_is_gone(accounts: Accounts) -> None:
    """The one row that the decision deleted is deleted, and no other."""
    a, b = accounts(1, 2)
    txn.execute(remove(a))
    assert state().accounts == ((b, "account-1", 2, 0, None),)


def test_a_row_the_unit_did_not_name_cannot_be_asked_for(accounts: Accounts) -> None:
    """A decision over a row without a lock is refused, and nothing changes."""
    a, b = accounts(1, 2)
    unit = dataclasses.replace(add(a, 1), decide=add(b, 1).decide)
    with unchanged(), pytest.raises(LookupError, match="did not name"):
        txn.execute(unit)


@pytest.mark.parametrize(
    "change",
    [
        lambda lock: {"updates": (txn.Update(lock, {"balance": 1}),)},
        lambda lock: {"deletes": (txn.Delete(lock),)},
    ],
    ids=["update", "delete"],
)
def test_a_row_that_is_not_there_cannot_be_changed(
    accounts: Accounts, change: Callable[[txn.RowLock], dict[str, Any]]
) -> None:
    """Updating or deleting a missing row is a mistake of the decision, and nothing changes."""
    (a,) = accounts(1)
    lock = account(a + 1)
    unit = txn.Unit(
        locks=(lock,),
        decide=lambda _: txn.Changes(answer=None, **change(lock)),
        act=toy_act("change"),
        terms=(),
    )
    with unchanged(), pytest.raises(LookupError, match="is not there"):
        txn.execute(unit)


@pytest.mark.parametrize(
    "lock",
    [
        txn.RowLock(Account, 2**63),
        txn.RowLock(Account, -(2**63) - 1),
        txn.RowLock(Account, "nul \x00 inside", field="name"),
        txn.RowLock(Account, "\ud800", field="name"),
        txn.RowLock(Account, "x" * 10_000, field="name"),
    ],
    ids=["too large", "too small", "NUL", "half a character", "too long"],
)
def test_a_key_that_no_column_could_hold_is_a_row_that_is_not_there(
    accounts: Accounts, lock: txn.RowLock
) -> None:
    """A lock is taken on any value; where none could be stored, there is no row."""
    accounts(1)

    def decide(rows: txn.Rows) -> txn.Changes:
        return txn.Changes(answer=rows.get(lock))

    assert (
        txn.execute(txn.Unit(locks=(lock,), decide=decide, act=toy_act("look"), terms=())).answer
        is None
    )


def test_rows_are_locked_once_in_the_order_of_their_keys_before_any_is_written(
    accounts: Accounts, engine: Engine
) -> None:
    """However the unit names them, the statements are those that the engine's data ask for."""
    a, b, c = accounts(1, 2, 3)
    by_name = txn.RowLock(Account, "account-0", field="name")
    locks = (account(c), account(b), by_name, account(a), account(c))
    unit = dataclasses.replace(move(c, a, 1), locks=locks)
    with sent() as statements:
        txn.execute(unit)
    locking = [one for one in statements if one.sql.endswith("FOR UPDATE")]
    asked = [(sql.partition(" WHERE ")[2], list(pks)) for sql, pks in locking]
    pk = connection.ops.quote_name("id")
    if engine.row_locks is RowLocks.NONE:
        assert (asked, statements[0].sql) == ([], "BEGIN IMMEDIATE")
    elif engine.row_locks is RowLocks.ROW_BY_ROW:
        assert asked == [(f"{pk} = %s FOR UPDATE", [one]) for one in (a, b, c)]
    elif "postgresql" in engine.dialect:
        column = f"{pk} = ANY(%s::bigint[]) ORDER BY {pk} FOR UPDATE"
        assert asked == [(column, [f"{{{a},{b},{c}}}"])]
    else:
        assert asked == [(f"{pk} IN (%s, %s, %s) ORDER BY {pk} FOR UPDATE", [a, b, c])]
    written = [place for place, one in enumerate(statements) if one.verb in ("UPDATE", "INSERT")]
    assert all(statements.index(one) < min(written) for one in locking)
