"""Writing the ledger: a player's new balance and the entry that says why, always together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tradepost.trading.models import Entry, EntryKind, Player
from tradepost.trading.rules import Balance
from tradepost.txn import Insert, NewId, Row, RowLock, Update

# The kinds as they are stored: plain texts, which drivers take as they are.
CREATED = EntryKind.CREATED.value
ADJUSTED = EntryKind.ADJUSTED.value
EDITED = EntryKind.EDITED.value
DELETED = EntryKind.DELETED.value
SOLD = EntryKind.SOLD.value
BOUGHT = EntryKind.BOUGHT.value


def player_lock(player_id: int) -> RowLock:
    """Return the lock on a player's row."""
    return RowLock(Player, player_id)


def stored(player: Row, after: Balance, now: datetime, **more: Any) -> Update:
    """Return the update of a player's row that goes with one new entry."""
    values = {
        "coins": after.coins,
        "goods": after.goods,
        "entry_count": player.entry_count + 1,
        "updated_at": now,
        **more,
    }
    return Update(RowLock(Player, player.id), values)


def entry(player: Row, after: Balance, *, kind: str, at: datetime, **more: Any) -> Insert:
    """Return the player's next entry, from the row as it was before."""
    return Insert(
        Entry,
        {
            "player_id": player.id,
            "number": player.entry_count + 1,
            "kind": kind,
            "coins": after.coins - player.coins,
            "goods": after.goods - player.goods,
            "coins_after": after.coins,
            "goods_after": after.goods,
            "at": at,
            **more,
        },
    )


def first_entry(player_id: NewId, start: Balance, *, at: datetime, actor: str) -> Insert:
    """Return the entry that creates a player."""
    return Insert(
        Entry,
        {
            "player_id": player_id,
            "number": 1,
            "kind": CREATED,
            "coins": start.coins,
            "goods": start.goods,
            "coins_after": start.coins,
            "goods_after": start.goods,
            "actor": actor,
            "at": at,
        },
    )
