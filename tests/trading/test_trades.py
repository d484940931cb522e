"""Trades through the service: what is written, and what a refusal leaves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from tests.toy.sent import sent
from tests.trading.actors import ACTOR, enlist, everything, owned, trade
from tradepost.audit.report import audit
from tradepost.engines import Engine, RowLocks
from tradepost.trading import queries
from tradepost.trading.errors import (
    InsufficientCoins,
    InsufficientGoods,
    PlayerNotFound,
    SamePlayer,
    TradeNotFound,
)
from tradepost.trading.models import Entry
from tradepost.trading.queries import Trade

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]


def test_a_trade_is_two_entries_with_the_balances_after_them() -> None:
    """The ledger's own record of the tutorial's trade."""
    seller, buyer = enlist(), enlist()

    outcome = trade(seller, buyer, goods=10, coins=100)

    assert (owned(seller), owned(buyer)) == ((200, 10), (0, 30))
    fields = ("kind", "coins", "goods", "coins_after", "goods_after", "counterparty_id", "actor")
    sale = Entry.objects.values_list(*fields).get(player_id=seller, number=2)
    purchase = Entry.objects.values_list(*fields).get(player_id=buyer, number=2)
    assert sale == ("sold", 100, -10, 200, 10, buyer, ACTOR)
    assert purchase == ("bought", -100, 10, 0, 30, seller, ACTOR)
    assert outcome.answer.seller_coins == 200


def test_a_trade_is_found_by_the_seller_s_entry() -> None:
    """The id needs no row of its own."""
    seller, buyer = enlist(), enlist()
    outcome = trade(seller, buyer, goods=3, coins=7)

    found, sale, purchase = queries.get_trade(seller, outcome.answer.number)

    assert (found.seller, found.buyer, found.goods, found.coins) == (seller, buyer, 3, 7)
    assert (sale.coins_after, purchase.goods_after) == (107, 23)


def test_a_purchase_is_no_trade_id() -> None:
    """Only the seller's entry names the trade."""
    seller, buyer = enlist(), enlist()
    trade(seller, buyer)

    with pytest.raises(TradeNotFound):
        queries.get_trade(buyer, 2)


def test_trades_are_listed_from_both_sides_newest_first() -> None:
    """The same trade looks the same to both players."""
    ann, bob = enlist(), enlist()
    trade(ann, bob, goods=1, coins=5)
    trade(bob, ann, goods=2, coins=6)

    told = {
        player: [one for _, one in queries.list_trades(player, limit=10)] for player in (ann, bob)
    }

    assert told[ann] == told[bob]
    first, second = told[ann]
    assert isinstance(first, Trade)
    assert (first.seller, first.goods, second.seller, second.goods) == (bob, 2, ann, 1)


@pytest.mark.parametrize(
    ("goods", "coins", "refusal"), [(21, 1, InsufficientGoods), (1, 101, InsufficientCoins)]
)
def test_a_refused_trade_changes_nothing(goods: int, coins: int, refusal: type[Exception]) -> None:
    """Neither players nor ledger nor receipts."""
    seller, buyer = enlist(), enlist()
    before = everything()

    with pytest.raises(refusal):
        trade(seller, buyer, goods=goods, coins=coins, key="refused")

    assert everything() == before


@pytest.mark.parametrize("missing", ["seller", "buyer"])
def test_a_trade_with_no_one_changes_nothing(missing: str) -> None:
    """The id of no one, on either side."""
    there = enlist()
    nobody = there + 1000
    before = everything()

    with pytest.raises(PlayerNotFound) as refusal:
        trade(nobody, there) if missing == "seller" else trade(there, nobody)

    assert refusal.value.facts == {"player": nobody}
    assert everything() == before


def test_an_id_that_no_column_holds_is_the_id_of_no_one() -> None:
    """Drivers raise on integers beyond 64 bits; callers never see that."""
    with pytest.raises(PlayerNotFound):
        trade(enlist(), 2**63)


def test_nobody_trades_with_themself_and_nothing_is_asked() -> None:
    """Refused before the database is."""
    with sent() as statements, pytest.raises(SamePlayer):
        trade(5, 5)

    assert statements == []


def test_the_same_key_trades_once(keys: Callable[[], object]) -> None:
    """The second answer is the first one."""
    seller, buyer = enlist(), enlist()

    first = trade(seller, buyer, coins=10, key="once")
    before = everything()
    second = trade(seller, buyer, coins=10, key="once")

    assert (second.answer, first.replayed, second.replayed) == (first.answer, False, True)
    assert everything() == before


def test_a_dry_run_tells_the_trade_and_makes_none() -> None:
    """The answer is the one that the trade would give, save for its time."""
    seller, buyer = enlist(), enlist()
    before = everything()

    tried = trade(seller, buyer, goods=2, coins=3, dry_run=True).answer
    assert everything() == before

    made = trade(seller, buyer, goods=2, coins=3).answer
    assert dataclasses.replace(tried, at=made.at) == made


@pytest.mark.django_db(transaction=True)
def test_a_trade_sends_few_statements(engine: Engine, way: str) -> None:
    """The locks, the receipt under them, one update of both players, two inserts.

    The inserts are of both entries, and of the receipt.
    """
    seller, buyer = enlist(), enlist()
    with sent() as statements:
        trade(seller, buyer, key="counted")

    ours = [one for one in statements if one.verb in ("SELECT", "INSERT", "UPDATE")]
    locks = ["SELECT"] * (2 if engine.row_locks is RowLocks.ROW_BY_ROW else 1)
    assert [one.verb for one in ours] == [*locks, "SELECT", "UPDATE", "INSERT", "INSERT"]
    locking = [one for one in ours if one.sql.endswith("FOR UPDATE")]
    assert len(locking) == (0 if engine.row_locks is RowLocks.NONE else len(locks))


def test_the_audit_holds_after_all_of_it() -> None:
    """A little of everything."""
    seller, buyer = enlist(), enlist()
    trade(seller, buyer, goods=2, coins=30, key="a")
    trade(buyer, seller, goods=1, coins=5, key="b")

    report = audit()

    assert [finding.name for finding in report.findings if not finding.holds] == []
    told = {"players": 2, "entries": 6, "trades": 2, "coins": 200, "goods": 40}
    assert report.totals.items() >= told.items()
