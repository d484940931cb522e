"""The players' book: who owns coins and goods, and why."""

from datetime import datetime
from typing import Protocol

from tradepost.ledger import Asset, Book, Effect, Insufficient, Kind, OwnerRow, Refusals, Words
from tradepost.trading.errors import BalanceTooLarge, InsufficientCoins, InsufficientGoods
from tradepost.trading.models import Entry, EntryKind, Player

CREATED = Kind(EntryKind.CREATED.value, Effect.OPENS)
ADJUSTED = Kind(EntryKind.ADJUSTED.value, Effect.ADJUSTS)
EDITED = Kind(EntryKind.EDITED.value, Effect.ADJUSTS, may_be_empty=True)
DELETED = Kind(EntryKind.DELETED.value, Effect.CLOSES)
SOLD = Kind(EntryKind.SOLD.value, Effect.MOVES, other=EntryKind.BOUGHT.value, gives=("goods",))
BOUGHT = Kind(EntryKind.BOUGHT.value, Effect.MOVES, other=EntryKind.SOLD.value)
TRADES = (SOLD, BOUGHT)


class PlayerRow(OwnerRow, Protocol):
    """A player, as decisions see one."""

    @property
    def name(self) -> str: ...
    @property
    def coins(self) -> int: ...
    @property
    def goods(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...


def _insufficient(player: int, asset: str, required: int, available: int) -> Insufficient:
    kind = {"coins": InsufficientCoins, "goods": InsufficientGoods}[asset]
    return kind(player=player, required=required, available=available)


def _too_large(player: int, asset: str, required: int, limit: int) -> BalanceTooLarge:
    return BalanceTooLarge(player=player, asset=asset, required=required, limit=limit)


PLAYERS: Book[PlayerRow, Entry] = Book(
    owner=Player,
    entry=Entry,
    owner_column="player_id",
    assets=(Asset("coins"), Asset("goods")),
    kinds=(CREATED, ADJUSTED, EDITED, DELETED, SOLD, BOUGHT),
    last_entry_at="updated_at",
    words=Words(
        owner="player",
        owners="players",
        amounts="coins (goods) are",
        move="trade",
        moves="trades",
        sides="the seller's and the buyer's",
    ),
    refusals=Refusals(insufficient=_insufficient, too_large=_too_large),
)
