"""The rules of trading: pure functions that return new balances."""

from dataclasses import dataclass

from tradepost.trading.book import PLAYERS, PlayerRow
from tradepost.trading.errors import BalanceChanged, NothingToAdjust, SamePlayer
from tradepost.trading.models import Player


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a trade.

    Attributes:
        goods: How many goods go from seller to buyer; at least 1.
        coins: The total price; 0 for a gift.
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
        InsufficientGoods, InsufficientCoins: More is taken than the player has.
        BalanceTooLarge: The balance would exceed its limit.
    """
    after = PLAYERS.changed(player, {"goods": goods, "coins": coins})
    return Balance(after["coins"], after["goods"])


def set_to(player: PlayerRow, wanted: Balance, seen: Balance | None) -> dict[str, int]:
    """Return the changes that set a balance to what an editor entered.

    A value that the editor did not change is kept, even if a trade has changed it since.

    Args:
        seen: The balance that the editor saw; None if it is not known.

    Raises:
        BalanceChanged: A value to change is no longer what the editor saw.
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
    """Raise `SamePlayer` if seller and buyer are the same player."""
    if terms.seller == terms.buyer:
        raise SamePlayer(player=terms.seller)


def check_adjustment(*, coins: int, goods: int) -> None:
    """Raise `NothingToAdjust` if both changes are 0."""
    if coins == 0 and goods == 0:
        raise NothingToAdjust
