"""The rules of trading: pure functions from what is owned to what will be owned."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from tradepost.trading.errors import (
    BalanceChanged,
    BalanceTooLarge,
    InsufficientCoins,
    InsufficientGoods,
    NothingToAdjust,
    SamePlayer,
)
from tradepost.trading.models import BALANCE_MAX


class Holder(Protocol):
    """What the rules need to know of a player."""

    @property
    def id(self) -> int: ...
    @property
    def coins(self) -> int: ...
    @property
    def goods(self) -> int: ...


class Terms(NamedTuple):
    """What two players agreed on.

    Attributes:
        goods: How many goods go from seller to buyer, from 1.
        coins: The whole price, from 0: a price of nothing is a gift.
    """

    seller: int
    buyer: int
    goods: int
    coins: int


class Balance(NamedTuple):
    """What a player owns: whole numbers from 0 to `BALANCE_MAX`."""

    coins: int
    goods: int


def changed(holder: Holder, *, coins: int = 0, goods: int = 0) -> Balance:
    """Return the balance after a change of either sign.

    Raises:
        InsufficientGoods, InsufficientCoins: Less is there than is taken.
        BalanceTooLarge: More would be there than a balance holds.
    """
    if holder.goods + goods < 0:
        raise InsufficientGoods(player=holder.id, required=-goods, available=holder.goods)
    if holder.coins + coins < 0:
        raise InsufficientCoins(player=holder.id, required=-coins, available=holder.coins)
    after = Balance(coins=holder.coins + coins, goods=holder.goods + goods)
    for asset, amount in (("coins", after.coins), ("goods", after.goods)):
        if amount > BALANCE_MAX:
            raise BalanceTooLarge(player=holder.id, asset=asset, required=amount, limit=BALANCE_MAX)
    return after


def set_to(holder: Holder, wanted: Balance, seen: Balance | None) -> Balance:
    """Return the balance that somebody sets, who decided on it by what they saw.

    What they leave as they saw it stays as it is: a trade in between is not taken back.

    Args:
        seen: None where nothing is known of what they saw.

    Raises:
        BalanceChanged: What they want to change is not what they saw.
    """
    if seen is None:
        return wanted
    found = Balance(coins=holder.coins, goods=holder.goods)
    for asset in ("coins", "goods"):
        now, was = getattr(found, asset), getattr(seen, asset)
        if getattr(wanted, asset) == was:
            wanted = wanted._replace(**{asset: now})
        elif now != was:
            raise BalanceChanged(player=holder.id, asset=asset, available=now, seen=was)
    return wanted


def trade(seller: Holder, buyer: Holder, terms: Terms) -> tuple[Balance, Balance]:
    """Return both balances after a trade: the seller's, the buyer's.

    Raises:
        InsufficientGoods: The seller has fewer goods.
        InsufficientCoins: The buyer has fewer coins.
        BalanceTooLarge: One of them would have too much.
    """
    gave = changed(seller, coins=terms.coins, goods=-terms.goods)
    got = changed(buyer, coins=-terms.coins, goods=terms.goods)
    return gave, got


def check_terms(terms: Terms) -> None:
    """Refuse terms that make no sense, whoever the players are.

    Raises:
        SamePlayer: Both sides are one.
    """
    if terms.seller == terms.buyer:
        raise SamePlayer(player=terms.seller)


def check_adjustment(*, coins: int, goods: int) -> None:
    """Refuse an adjustment that changes nothing.

    Raises:
        NothingToAdjust: Both changes are 0.
    """
    if coins == 0 and goods == 0:
        raise NothingToAdjust
