"""Reads players, entries and trades."""

import enum
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Q
from django.db.models.functions import Lower

from tradepost.ledger import EntryFilter, statements
from tradepost.limits import ID_MAX, given
from tradepost.trading.acts import Trade
from tradepost.trading.book import PLAYERS, TRADES
from tradepost.trading.errors import PlayerNotFound, TradeNotFound
from tradepost.trading.models import Entry, EntryKind, Player

TRADE_KINDS = [kind.name for kind in TRADES]


class Sort(enum.StrEnum):
    """How to sort players; IDs break ties.

    Sorting by name, coins or goods reads the whole table: every trade would have to write an
    index on a balance.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    COINS = "coins"
    GOODS = "goods"

    @property
    def column(self) -> str:
        """The column to sort by."""
        return "pk" if self in (Sort.NEWEST, Sort.OLDEST) else self.value

    @property
    def is_descending(self) -> bool:
        """Whether the largest comes first."""
        return self in (Sort.NEWEST, Sort.COINS, Sort.GOODS)


class Place(NamedTuple):
    """A player's position in a sorted list.

    Attributes:
        value: The player's value in the sort column.
    """

    value: str | int
    id: int


class Head(NamedTuple):
    """The end of a player's ledger."""

    player: int
    entry_count: int
    updated_at: datetime


def get_player(player_id: int) -> Player:
    """Return a player, or raise `PlayerNotFound`."""
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


def list_newest_players(*, limit: int, before: int | None = None) -> list[Player]:
    """Return players with IDs below one, newest first."""
    return list(Player.objects.filter(given(pk__lt=before)).order_by("-pk")[:limit])


def list_sorted_players(
    sort: Sort, *, limit: int, after: Place | None = None, search: str = ""
) -> list[Player]:
    """Return a page of sorted players, starting after a position.

    Args:
        search: The beginning of a name, or an ID.
    """
    column, sign = sort.column, "-" if sort.is_descending else ""
    players = Player.objects.order_by(*dict.fromkeys((sign + column, sign + "pk")))
    if search:
        # Some engines compare bytes, and some fold the case of ASCII letters only.
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
    """Return player IDs up to one, lowest first."""
    return list(
        Player.objects.filter(pk__lte=up_to).order_by("pk").values_list("pk", flat=True)[:limit]
    )


def get_newest_id() -> int:
    """Return the highest player ID, or 0."""
    return Player.objects.aggregate(newest=Max("pk"))["newest"] or 0


def find_players(player_ids: Collection[int]) -> dict[int, Player]:
    """Return the players with these IDs, by ID; missing ones are left out."""
    known = [player_id for player_id in player_ids if player_id <= ID_MAX]
    return {player.pk: player for player in Player.objects.filter(pk__in=known)}


def list_entries(
    player_id: int,
    *,
    limit: int,
    before: int | None = None,
    filters: EntryFilter = statements.EVERY,
) -> list[Entry]:
    """Return a page of a player's entries below a number, newest first.

    Args:
        filters: A filtered page may be empty even if there is no such player.

    Raises:
        PlayerNotFound: There never was such a player.
    """
    page = statements.list_entries(PLAYERS, player_id, limit=limit, before=before, filters=filters)
    if not page and before is None and filters == statements.EVERY:
        get_player(player_id)
    return page


def list_trades(
    player_id: int, *, limit: int, before: int | None = None
) -> list[tuple[int, Trade]]:
    """Return a page of a player's trades, newest first, each with its entry's number.

    Raises:
        PlayerNotFound: There never was such a player.
    """
    page = list_entries(
        player_id, limit=limit, before=before, filters=EntryFilter(kinds=TRADE_KINDS)
    )
    if not page and before is None:
        list_entries(player_id, limit=1)
    return [(entry.number, _trade(entry)) for entry in page]


def list_newest_heads(*, limit: int) -> list[Head]:
    """Return the ends of the newest players' ledgers, newest first.

    Entries have no index by time, because all trades would write to its end at once. The latest
    trades are found from here instead.
    """
    heads = Player.objects.order_by("-pk").values_list("pk", "entry_count", "updated_at")
    return [Head(*head) for head in heads[:limit]]


def list_latest_trades(heads: Sequence[Head], *, limit: int, each: int = 2) -> list[Trade]:
    """Return the latest trades among the last entries of some players, latest first.

    Args:
        each: How many of each player's last entries to read.
    """
    keys = [
        (head.player, head.entry_count - back)
        for head in heads
        for back in range(min(each, head.entry_count))
    ]
    # A trade is found twice when both its sides are among the players.
    found = {_trade(entry) for entry in Entry.objects.filter(pk__in=keys, kind__in=TRADE_KINDS)}
    return sorted(found, key=lambda trade: (trade.at, trade.seller, trade.number))[
        : -limit - 1 : -1
    ]


def names_of(player_ids: Collection[int]) -> dict[int, str]:
    """Return the names of the players with these IDs; missing ones are left out."""
    return dict(Player.objects.filter(pk__in=player_ids).values_list("pk", "name"))


def get_trade(seller: int, number: int) -> tuple[Trade, Entry, Entry]:
    """Return a trade with the seller's and the buyer's entries, or raise `TradeNotFound`."""
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
