"""How often a lone unit and its server speak by turns, counted by a proxy between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from tests.toy.units import add, get_or_create, move
from tests.trading.actors import enlist, trade
from tests.txn.proxy import Proxy
from tradepost import txn
from tradepost.engines import Engine
from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Result, Statement

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
BEGIN_AND_LOCK, WRITE, COMMIT = 1, 1, 1
TRIPS = BEGIN_AND_LOCK + WRITE + COMMIT


@pytest.fixture
def piped(engine: Engine, proxy: Proxy) -> Proxy:
    """A server to which the driver can send many statements at once."""
    if "postgresql" not in engine.dialect:
        pytest.skip(f"{engine.title}'s driver sends one statement at a time")
    return proxy


def trips(proxy: Proxy, call: Callable[[], object]) -> int:
    """Count the round trips of a call on a connection that is open already."""
    connection.ensure_connection()
    before = proxy.trips
    call()
    return proxy.trips - before


def test_a_lone_keyed_trade_takes_three(piped: Proxy) -> None:
    """Lock both players and look the receipt up; write; commit. Also when it is prepared."""
    seller, buyer = enlist(), enlist()
    counts = [
        trips(piped, lambda key=key: trade(seller, buyer, key=key))  # type: ignore[misc]
        for key in ("a", "b", "c", "d")
    ]
    assert counts == [TRIPS] * 4


def test_what_has_to_be_known_first_takes_one_more(
    piped: Proxy, accounts: Accounts, keys: Keys
) -> None:
    """Which row has a name, and which ids new rows get."""
    a, b = accounts(10, 10)
    assert trips(piped, lambda: txn.execute(add(a, 1, keys()))) == TRIPS
    assert trips(piped, lambda: txn.execute(move(a, b, 1, keys()))) == TRIPS + 1
    assert trips(piped, lambda: txn.execute(get_or_create("account-0", 1, keys()))) == TRIPS + 1


def test_a_bounded_wait_and_a_replay_take_no_more(
    piped: Proxy, accounts: Accounts, keys: Keys
) -> None:
    """The wait goes with BEGIN; a replay writes nothing; a dry run only reads."""
    (a,) = accounts(10)
    unit = add(a, 1, keys())
    assert trips(piped, lambda: txn.execute(unit, wait_s=0)) == TRIPS
    assert trips(piped, lambda: txn.execute(unit)) == TRIPS - WRITE
    assert trips(piped, lambda: txn.execute(add(a, 1, keys()), dry_run=True)) == 1


def test_sent_one_by_one_the_statements_of_a_trade_take_more(
    piped: Proxy, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the proxy counts them."""
    dialect = type(engine.speak(connection))
    run = dialect.run

    def one_by_one(self: Dialect, statements: Sequence[Statement]) -> list[Result]:
        return [result for statement in statements for result in run(self, [statement])]

    monkeypatch.setattr(dialect, "run", one_by_one)
    seller, buyer = enlist(), enlist()
    # The locks with BEGIN; the receipt; the update; the entries; their receipt; COMMIT.
    assert trips(piped, lambda: trade(seller, buyer, key="a")) == TRIPS + 3
