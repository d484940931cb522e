"""Every read of players, entries and trades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tradepost.limits import ID_MAX
from tradepost.trading.errors import PlayerNotFound, TradeNotFound
from tradepost.trading.models import Entry, EntryKind, Player


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A trade, as the seller's entry tells it.

    Attributes:
        number: The number of the seller's entry.
    """

    seller: int
    number: int
    buyer: int
    goods: int
    coins: int
    at: datetime


def get_player(player_id: int) -> Player:
    """Return a player.

    Raises:
        PlayerNotFound: There is none with this id.
    """
    player = Player.objects.filter(pk=player_id).first() if player_id <= ID_MAX else None
    if player is None:
        raise PlayerNotFound(player=player_id)
    return player


def count_players() -> int:
    """Return how many players there are."""
    return Player.objects.count()


def list_players(*, limit: int, offset: int = 0) -> list[Player]:
    """Return players in the order of their ids."""
    if offset > ID_MAX:
        return []
    return list(Player.objects.order_by("pk")[offset : offset + limit])


def list_newest_players(*, limit: int, before_id: int | None = None) -> list[Player]:
    """Return players, the newest first, from below an id."""
    players = Player.objects.order_by("-pk")
    if before_id is not None:
        players = players.filter(pk__lt=before_id)
    return list(players[:limit])


def list_entries(player_id: int, *, limit: int, before_number: int | None = None) -> list[Entry]:
    """Return a player's entries, the newest first, from below a number.

    Raises:
        PlayerNotFound: There never was such a player.
    """
    entries = _entries(player_id, before_number)
    page = list(entries[:limit])
    if not page and before_number is None:
        get_player(player_id)
    return page


def list_trades(
    player_id: int, *, limit: int, before_number: int | None = None
) -> list[tuple[int, Trade]]:
    """Return a player's trades on either side, the newest first, each with its entry's number.

    Raises:
        PlayerNotFound: There never was such a player.
    """
    entries = _entries(player_id, before_number).filter(kind__in=(EntryKind.SOLD, EntryKind.BOUGHT))
    page = [(entry.number, _trade(entry)) for entry in entries[:limit]]
    if not page and before_number is None and not _entries(player_id, None).exists():
        get_player(player_id)
    return page


def get_trade(seller: int, number: int) -> tuple[Trade, Entry, Entry]:
    """Return a trade with the seller's and the buyer's entry.

    Raises:
        TradeNotFound: There is none.
    """
    sale = None
    if seller <= ID_MAX and number <= ID_MAX:
        sale = Entry.objects.filter(player_id=seller, number=number, kind=EntryKind.SOLD).first()
    if sale is None:
        raise TradeNotFound(trade=f"{seller}-{number}")
    trade = _trade(sale)
    purchase = Entry.objects.get(player_id=trade.buyer, number=sale.counterparty_number or 0)
    return trade, sale, purchase


def _entries(player_id: int, before_number: int | None) -> QuerySet[Entry]:
    if player_id > ID_MAX:
        return Entry.objects.none()
    entries = Entry.objects.filter(player_id=player_id).order_by("-number")
    return entries if before_number is None else entries.filter(number__lt=before_number)


def _trade(entry: Entry) -> Trade:
    """Read a trade from either side's entry."""
    sold = entry.kind == EntryKind.SOLD
    counterparty = entry.counterparty_id or 0
    return Trade(
        seller=entry.player_id if sold else counterparty,
        number=entry.number if sold else entry.counterparty_number or 0,
        buyer=counterparty if sold else entry.player_id,
        goods=abs(entry.goods),
        coins=abs(entry.coins),
        at=entry.at,
    )
