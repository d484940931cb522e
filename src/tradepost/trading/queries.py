"""Every read of players, entries and trades."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Q
from django.db.models.functions import Lower

from tradepost.ledger import EntryFilter, statements
from tradepost.limits import ID_MAX
from tradepost.trading.book import PLAYERS, TRADES
from tradepost.trading.errors import PlayerNotFound, TradeNotFound
from tradepost.trading.models import Entry, EntryKind, Player

TRADE_KINDS = [kind.name for kind in TRADES]


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


class Sort(enum.StrEnum):
    """An order of players; no two have the same place in it.

    By name, coins or goods the whole table is looked through: an index on a balance would be
    written by every trade.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    COINS = "coins"
    GOODS = "goods"

    @property
    def column(self) -> str:
        """What it sorts by; the id decides between equals."""
        return "pk" if self in (Sort.NEWEST, Sort.OLDEST) else self.value

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        return self in (Sort.NEWEST, Sort.COINS, Sort.GOODS)


class Place(NamedTuple):
    """Where a player stands in an order.

    Attributes:
        value: Of the column that is sorted by.
    """

    value: str | int
    id: int


class Head(NamedTuple):
    """Where a player's ledger ends."""

    player: int
    entry_count: int
    updated_at: datetime


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


def list_sorted_players(
    sort: Sort, *, limit: int, after: Place | None = None, search: str = ""
) -> list[Player]:
    """Return players in an order, from behind a place in it.

    Args:
        search: What their names begin with, or the id of one.
    """
    column, sign = sort.column, "-" if sort.is_descending else ""
    players = Player.objects.order_by(*dict.fromkeys((sign + column, sign + "pk")))
    if search:
        # Some engines compare bytewise, and some know the case of ASCII alone.
        players = players.alias(lowered=Lower("name"))
        found = Q(name__istartswith=search) | Q(lowered__startswith=search.lower())
        player_id = int(search[:40]) if search.isascii() and search.isdigit() else 0
        if 0 < player_id <= ID_MAX:
            found |= Q(pk=player_id)
        players = players.filter(found)
    if after is not None:
        beyond = "lt" if sort.is_descending else "gt"
        behind = Q(**{f"pk__{beyond}": after.id})
        if column != "pk":
            further = Q(**{f"{column}__{beyond}": after.value})
            behind = further | (Q(**{column: after.value}) & behind)
        players = players.filter(behind)
    return list(players[:limit])


def list_ids(*, limit: int, up_to: int) -> list[int]:
    """Return ids of players up to one, the lowest first."""
    return list(
        Player.objects.filter(pk__lte=up_to).order_by("pk").values_list("pk", flat=True)[:limit]
    )


def get_newest_id() -> int:
    """Return the highest id of a player, or 0."""
    return Player.objects.aggregate(newest=Max("pk"))["newest"] or 0


def find_players(player_ids: Collection[int]) -> dict[int, Player]:
    """Return those of some players who are there."""
    known = [player_id for player_id in player_ids if player_id <= ID_MAX]
    return {player.pk: player for player in Player.objects.filter(pk__in=known)}


def list_entries(
    player_id: int,
    *,
    limit: int,
    before_number: int | None = None,
    filters: EntryFilter = statements.EVERY,
) -> list[Entry]:
    """Return a page of a player's entries, the newest first, from below a number.

    Args:
        filters: With any, the page may be empty whoever the player is.

    Raises:
        PlayerNotFound: There never was such a player.
    """
    page = statements.list_entries(
        PLAYERS, player_id, limit=limit, before_number=before_number, filters=filters
    )
    if not page and before_number is None and filters == statements.EVERY:
        get_player(player_id)
    return page


def list_trades(
    player_id: int, *, limit: int, before_number: int | None = None
) -> list[tuple[int, Trade]]:
    """Return a player's trades on either side, the newest first, each with its entry's number.

    Raises:
        PlayerNotFound: There never was such a player.
    """
    page = list_entries(
        player_id, limit=limit, before_number=before_number, filters=EntryFilter(kinds=TRADE_KINDS)
    )
    if not page and before_number is None:
        list_entries(player_id, limit=1)
    return [(entry.number, _trade(entry)) for entry in page]


def list_newest_heads(*, limit: int) -> list[Head]:
    """Return how far the newest players' ledgers go, the newest first.

    No index has the entries in the order of their times: it would be where every trade writes
    at once. So this is where a look at the latest trades begins.
    """
    heads = Player.objects.order_by("-pk").values_list("pk", "entry_count", "updated_at")
    return [Head(*head) for head in heads[:limit]]


def list_latest_trades(heads: Sequence[Head], *, limit: int, each: int = 2) -> list[Trade]:
    """Return the latest of the last trades of some players, the latest first.

    Args:
        each: How many of a player's last entries are looked at.
    """
    keys = [
        (head.player, head.entry_count - back)
        for head in heads
        for back in range(min(each, head.entry_count))
    ]
    # Where both sides are among the players, a trade is found twice.
    found = {_trade(entry) for entry in Entry.objects.filter(pk__in=keys, kind__in=TRADE_KINDS)}
    return sorted(found, key=lambda trade: (trade.at, trade.seller, trade.number))[
        : -limit - 1 : -1
    ]


def names_of(player_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those of some players who are there."""
    return dict(Player.objects.filter(pk__in=player_ids).values_list("pk", "name"))


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
