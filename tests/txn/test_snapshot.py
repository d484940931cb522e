"""Reading many rows as of one moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.db.utils import Error

from tests.toy.models import Account
from tests.toy.rivals import elsewhere
from tests.toy.state import balances, unchanged
from tests.toy.units import add
from tradepost import txn

Accounts = Callable[..., list[int]]


def test_a_snapshot_sees_one_moment_while_others_commit(accounts: Accounts) -> None:
    """What is committed elsewhere after its first read shows up only behind it."""
    a, b = accounts(1, 2)
    with txn.snapshot():
        before = balances()
        for pk in (a, b):
            assert elsewhere(partial(txn.execute, add(pk, 10))).answer > 10
        after = balances()
    assert (before, after, balances()) == ([1, 2], [1, 2], [11, 12])


def test_without_a_snapshot_two_reads_see_two_moments(accounts: Accounts) -> None:
    """Control: the same reads outside of one differ."""
    (a,) = accounts(1)
    before = balances()
    elsewhere(partial(txn.execute, add(a, 10)))
    assert (before, balances()) == ([1], [11])


def test_nothing_written_in_a_snapshot_stays(accounts: Accounts) -> None:
    """It is refused at once, or taken back in the end."""
    accounts(1)
    with unchanged():
        try:
            with txn.snapshot():
                Account.objects.update(balance=9)
        except Error:
            assert connection.get_autocommit()


def test_an_error_ends_a_snapshot(accounts: Accounts) -> None:
    """The next read sees what is committed now, and units run again."""
    (a,) = accounts(1)

    def fail() -> None:
        with txn.snapshot():
            balances()
            elsewhere(partial(txn.execute, add(a, 10)))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert (balances(), txn.execute(add(a, 1)).answer) == ([11], 12)


def test_a_unit_inside_a_snapshot_is_refused(accounts: Accounts) -> None:
    """A snapshot is an open transaction, too."""
    (a,) = accounts(1)
    with unchanged(), txn.snapshot(), pytest.raises(txn.NestedUnit):
        txn.execute(add(a, 1))


def test_a_snapshot_inside_a_snapshot_sees_the_outer_ones_moment(accounts: Accounts) -> None:
    """It neither begins a new one nor ends the one around it."""
    (a,) = accounts(1)
    with txn.snapshot():
        seen = [balances()]
        elsewhere(partial(txn.execute, add(a, 10)))
        with txn.snapshot():
            seen.append(balances())
        seen.append(balances())
    assert (seen, balances()) == ([[1], [1], [1]], [11])
