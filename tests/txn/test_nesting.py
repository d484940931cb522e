"""A unit owns its transaction, and its decision asks the database nothing."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TestCase

from tests.toy.models import Account
from tests.toy.rivals import elsewhere
from tests.toy.state import balances, unchanged
from tests.toy.units import Overdrawn, add, move
from tradepost import txn

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_unit_inside_an_open_transaction_is_refused(accounts: Accounts, dry_run: bool) -> None:
    """It could be neither retried nor committed there; the transaction around it goes on."""
    (a,) = accounts(1)
    with transaction.atomic():
        with pytest.raises(txn.NestedUnit):
            txn.execute(add(a, 1), dry_run=dry_run)
        Account.objects.update(balance=5)
    assert elsewhere(balances) == [5]


def test_a_unit_inside_a_decision_is_refused(accounts: Accounts) -> None:
    """The outer unit fails with it, and nothing changes."""
    a, b = accounts(1, 1)

    def decide(rows: txn.Rows) -> txn.Changes:
        txn.execute(add(b, 1))
        return add(a, 1).decide(rows)

    with unchanged(), pytest.raises(txn.NestedUnit):
        txn.execute(dataclasses.replace(add(a, 1), decide=decide))


@contextlib.contextmanager
def autocommit_off() -> Iterator[None]:
    connection.set_autocommit(False)
    try:
        yield
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def test_a_unit_without_autocommit_is_refused(accounts: Accounts) -> None:
    """Code that switched autocommit off has a transaction open, with a block or without."""
    (a,) = accounts(1)
    with unchanged(), autocommit_off(), pytest.raises(txn.NestedUnit):
        txn.execute(add(a, 1))


def ask_with_a_cursor() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_with_many() -> None:
    with connection.cursor() as cursor:
        cursor.executemany("SELECT 1", [(), ()])


def open_a_block() -> None:
    with transaction.atomic():
        pass


ASKING: list[Callable[[], Any]] = [
    Account.objects.first,
    lambda: Account.objects.update(balance=9),
    ask_with_a_cursor,
    ask_with_many,
    open_a_block,
]


@pytest.mark.parametrize("hides", [False, True], ids=["openly", "hidden"])
@pytest.mark.parametrize("ask", ASKING, ids=["read", "write", "cursor", "many", "block"])
def test_a_decision_that_asks_the_database_is_refused(
    accounts: Accounts, keys: Keys, ask: Callable[[], Any], hides: bool
) -> None:
    """Also where it hides the error that it got, nothing changes."""
    (a,) = accounts(1)

    def decide(rows: txn.Rows) -> txn.Changes:
        with contextlib.suppress(Exception) if hides else contextlib.nullcontext():
            ask()
        return add(a, 1).decide(rows)

    with unchanged(), pytest.raises(txn.ImpureDecision):
        txn.execute(dataclasses.replace(add(a, 1, keys()), decide=decide))


def test_the_connection_may_be_asked_again_after_a_decision(accounts: Accounts) -> None:
    """Only decisions are kept from the database, pure and impure ones alike."""
    (a,) = accounts(1)
    with pytest.raises(txn.ImpureDecision):
        txn.execute(dataclasses.replace(add(a, 1), decide=lambda _: Account.objects.first()))
    assert (txn.execute(add(a, 1)).answer, balances()) == (2, [2])


class TestInsideDjangosTestCase(TestCase):
    """Inside the transaction that a test itself is, units run, as durable blocks do."""

    def setUp(self) -> None:
        self.a = Account.objects.create(name="a", balance=10).pk
        self.b = Account.objects.create(name="b", balance=0).pk

    def test_a_unit_runs(self) -> None:
        """Its change is seen inside the test's transaction."""
        assert txn.execute(move(self.a, self.b, 3)).answer == {"source": 7, "target": 3}
        assert balances() == [7, 3]

    def test_a_key_is_replayed(self) -> None:
        """A key that was used is found, and the test's transaction survives it."""
        unit = move(self.a, self.b, 3, txn.Key("tester", "key"))
        outcomes = [txn.execute(unit) for _ in range(2)]
        assert [outcome.replayed for outcome in outcomes] == [False, True]
        assert balances() == [7, 3]

    def test_a_refusal_changes_nothing(self) -> None:
        """What was done before in the test stays."""
        with unchanged(), pytest.raises(Overdrawn):
            txn.execute(move(self.a, self.b, 11, txn.Key("tester", "key")))
        assert balances() == [10, 0]

    def test_a_block_of_the_tests_own_is_refused(self) -> None:
        """Only the transaction that Django opened is excepted."""
        with unchanged(), transaction.atomic(), pytest.raises(txn.NestedUnit):
            txn.execute(add(self.a, 1))

    def test_callbacks_wait_for_a_commit(self) -> None:
        """Django's own way to see them works."""
        called: list[txn.Outcome] = []
        unit = dataclasses.replace(add(self.a, 1), after_commit=(called.append,))
        with self.captureOnCommitCallbacks(execute=True):
            txn.execute(unit)
            assert called == []
        assert called == [txn.Outcome(11)]

    def test_a_bounded_wait_is_taken(self) -> None:
        """Setting how long to wait works inside a transaction."""
        assert txn.execute(add(self.a, 1), wait_s=0).answer == 11
