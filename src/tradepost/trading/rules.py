"""The rules of trading: pure functions from what is owned to what will be owned."""

from __future__ import annotations

from dataclasses import dataclass

from tradepost.trading.book import PLAYERS, PlayerRow
from tradepost.trading.errors import BalanceChanged, NothingToAdjust, SamePlayer
from tradepost.trading.models import Player


@dataclass(frozen=True, slots=True)
class Terms:
    """What two players agreed on.

    Attributes:
        goods: How many goods go from seller to buyer, from 1.
        coins: The whole price, from 0: a price of nothing is a gift.
    """

    seller: int
    buyer: int
    goods: int
    coins: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a player owns: whole numbers from 0 to `BALANCE_MAX`."""

    coins: int
    goods: int


def changed(player: PlayerRow | Player, *, coins: int = 0, goods: int = 0) -> Balance:
    """Return the balance after a change of either sign.

    Raises:
        InsufficientGoods, InsufficientCoins: Less is there than is taken.
        BalanceTooLarge: More would be there than a balance holds.
    """
    after = PLAYERS.changed(player, {"goods": goods, "coins": coins})
    return Balance(after["coins"], after["goods"])


def set_to(player: PlayerRow, wanted: Balance, seen: Balance | None) -> dict[str, int]:
    """Return the changes that make a balance what somebody wants, who decided by what they saw.

    What they leave as they saw it stays as it is: a trade in between is not taken back.

    Args:
        seen: None where nothing is known of what they saw.

    Raises:
        BalanceChanged: What they want to change is not what they saw.
    """
    changes = {}
    for asset, now in PLAYERS.balances(player).items():
        then = now if seen is None else getattr(seen, asset)
        target = getattr(wanted, asset)
        if seen is not None and target == then:
            target = now
        elif now != then:
            raise BalanceChanged(player=player.id, asset=asset, available=now, seen=then)
        changes[asset] = target - now
    return changes


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
