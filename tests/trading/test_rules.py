"""The rules of trading, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.errors import Refusal
from tradepost.trading import rules, trades
from tradepost.trading.acts import TradeAnswer
from tradepost.trading.book import PLAYERS
from tradepost.trading.errors import (
    BalanceTooLarge,
    InsufficientCoins,
    InsufficientGoods,
    NothingToAdjust,
    SamePlayer,
)
from tradepost.trading.models import BALANCE_MAX, Player
from tradepost.trading.rules import Balance, Terms
from tradepost.txn import RowLock, Rows

pytestmark = pytest.mark.once

AMOUNTS = st.integers(0, BALANCE_MAX)
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


class Held(dict[RowLock[Any], Any]):
    """Rows as a decision sees them."""

    now = NOON


def player(player_id: int, coins: int, goods: int) -> Player:
    return Player(id=player_id, coins=coins, goods=goods, updated_at=NOON)


def trade(seller: Player, buyer: Player, *, goods: int, coins: int) -> tuple[Balance, Balance]:
    """Decide a trade, without a database; return both balances after it."""
    rows = Held({PLAYERS.lock(one.pk): one for one in (seller, buyer)})
    terms = Terms(seller=seller.pk, buyer=buyer.pk, goods=goods, coins=coins)
    answer = trades.unit(terms, actor="tester").decide(cast("Rows", rows)).answer
    assert isinstance(answer, TradeAnswer)
    return (
        Balance(answer.seller_coins, answer.seller_goods),
        Balance(answer.buyer_coins, answer.buyer_goods),
    )


def test_a_trade_moves_goods_one_way_and_coins_the_other() -> None:
    """The tutorial's own trade."""
    after = trade(player(1, 100, 20), player(2, 100, 20), goods=10, coins=100)

    assert after == (Balance(coins=200, goods=10), Balance(coins=0, goods=30))


def test_the_last_coin_and_the_last_good_can_be_traded() -> None:
    """The limits are inclusive."""
    after = trade(player(1, 0, 1), player(2, 1, 0), goods=1, coins=1)

    assert after == (Balance(coins=1, goods=0), Balance(coins=0, goods=1))


def test_a_seller_short_of_goods_is_told_how_many_there_are() -> None:
    """The refusal carries the numbers."""
    with pytest.raises(InsufficientGoods) as refusal:
        trade(player(1, 0, 3), player(2, 50, 0), goods=4, coins=50)

    assert refusal.value.facts == {"player": 1, "required": 4, "available": 3}


def test_a_buyer_short_of_coins_is_told_how_many_there_are() -> None:
    """The refusal carries the numbers."""
    with pytest.raises(InsufficientCoins) as refusal:
        trade(player(1, 0, 4), player(2, 49, 0), goods=4, coins=50)

    assert refusal.value.facts == {"player": 2, "required": 50, "available": 49}


def test_goods_that_both_lack_are_the_seller_s_fault_first() -> None:
    """The document checks the seller's goods before the buyer's coins."""
    with pytest.raises(InsufficientGoods):
        trade(player(1, 0, 0), player(2, 0, 0), goods=1, coins=1)


def test_a_balance_stops_at_its_cap() -> None:
    """What a JSON number cannot tell exactly is refused."""
    full = player(1, BALANCE_MAX, 1)

    with pytest.raises(BalanceTooLarge) as refusal:
        trade(full, player(2, 1, 0), goods=1, coins=1)

    assert refusal.value.facts["limit"] == BALANCE_MAX


def test_nobody_trades_with_themself() -> None:
    """The same player on both sides."""
    with pytest.raises(SamePlayer):
        rules.check_terms(Terms(seller=7, buyer=7, goods=1, coins=0))


def test_an_adjustment_adjusts_something() -> None:
    """Nothing is not an adjustment."""
    with pytest.raises(NothingToAdjust):
        rules.check_adjustment(coins=0, goods=0)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.integers(1, BALANCE_MAX), AMOUNTS)
def test_a_trade_makes_and_loses_nothing(
    sc: int, sg: int, bc: int, bg: int, goods: int, coins: int
) -> None:
    """Whatever two players own and agree on: the sums stay, or nothing happens."""
    seller, buyer = player(1, sc, sg), player(2, bc, bg)
    try:
        gave, got = trade(seller, buyer, goods=goods, coins=coins)
    except Refusal:
        short = sg < goods or bc < coins
        over = sc + coins > BALANCE_MAX or bg + goods > BALANCE_MAX
        assert short or over
    else:
        assert (gave.coins + got.coins, gave.goods + got.goods) == (sc + bc, sg + bg)
        assert (got.goods - bg, gave.coins - sc) == (goods, coins)
        assert min(gave.coins, gave.goods, got.coins, got.goods) >= 0
        assert max(gave.coins, gave.goods, got.coins, got.goods) <= BALANCE_MAX
