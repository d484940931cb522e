"""Players: enlist, adjust, edit, delete. Each act is an entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tradepost import txn
from tradepost.trading import rules
from tradepost.trading.errors import PlayerNotFound
from tradepost.trading.ledger import (
    ADJUSTED,
    DELETED,
    EDITED,
    entry,
    first_entry,
    player_lock,
    stored,
)
from tradepost.trading.models import Player
from tradepost.trading.rules import Balance

CREATE, ADJUST, RENAME, DELETE = "create players", "adjust player", "rename player", "delete player"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlayer:
    """A player to create.

    Attributes:
        coins: From 0 to `BALANCE_MAX`.
        goods: From 0 to `BALANCE_MAX`.
        name: At most 32 characters.
    """

    coins: int
    goods: int
    name: str = ""


def create(
    new: Sequence[NewPlayer], *, actor: str, key: txn.Key | None = None, **call: Any
) -> txn.Outcome:
    """Create players, all or none, and return them in the order given.

    Args:
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.
    """

    def decide(rows: txn.Rows) -> txn.Changes:
        players, entries, answer = [], [], []
        for one in new:
            player = txn.Insert(
                Player,
                {
                    "name": one.name,
                    "coins": one.coins,
                    "goods": one.goods,
                    "entry_count": 1,
                    "created_at": rows.now,
                    "updated_at": rows.now,
                },
            )
            start = Balance(coins=one.coins, goods=one.goods)
            players.append(player)
            entries.append(first_entry(player.id, start, at=rows.now, actor=actor))
            answer.append(
                {
                    "id": player.id,
                    "name": one.name,
                    "coins": one.coins,
                    "goods": one.goods,
                    "created_at": rows.now.isoformat(),
                    "updated_at": rows.now.isoformat(),
                }
            )
        return txn.Changes(answer=answer, inserts=(*players, *entries))

    terms = [[one.name, one.coins, one.goods] for one in new]
    unit = txn.Unit(locks=(), decide=decide, act=CREATE, terms=terms, key=key)
    return txn.execute(unit, **call)


def adjust(
    player_id: int,
    *,
    coins: int = 0,
    goods: int = 0,
    reason: str,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Grant (above 0) or remove (below 0) coins and goods, and return the entry.

    Raises:
        NothingToAdjust: Both are 0.
        PlayerNotFound: There is no such player.
        InsufficientCoins, InsufficientGoods: Less is there than is removed.
        BalanceTooLarge: The player would have too much.
    """
    rules.check_adjustment(coins=coins, goods=goods)

    def decide(rows: txn.Rows) -> txn.Changes:
        player = _there(rows, player_id)
        after = rules.changed(player, coins=coins, goods=goods)
        return _recorded(player, after, rows, kind=ADJUSTED, actor=actor, reason=reason)

    return _execute(player_id, decide, ADJUST, (coins, goods, reason), key, call)


def rename(
    player_id: int, *, name: str, actor: str, key: txn.Key | None = None, **call: Any
) -> txn.Outcome:
    """Give a player another name, and return the player.

    Raises:
        PlayerNotFound: There is no such player.
    """

    def decide(rows: txn.Rows) -> txn.Changes:
        player = _there(rows, player_id)
        same = Balance(coins=player.coins, goods=player.goods)
        changes = _recorded(
            player, same, rows, kind=EDITED, actor=actor, reason="renamed", name=name
        )
        answer = {
            "id": player.id,
            "name": name,
            "coins": player.coins,
            "goods": player.goods,
            "created_at": player.created_at.isoformat(),
            "updated_at": rows.now.isoformat(),
        }
        return txn.Changes(answer=answer, updates=changes.updates, inserts=changes.inserts)

    return _execute(player_id, decide, RENAME, (name,), key, call)


def delete(player_id: int, *, actor: str, key: txn.Key | None = None, **call: Any) -> txn.Outcome:
    """Delete a player with all they own, and return the last entry; the ledger stays.

    Raises:
        PlayerNotFound: There is no such player.
    """

    def decide(rows: txn.Rows) -> txn.Changes:
        player = _there(rows, player_id)
        nothing = Balance(coins=0, goods=0)
        changes = _recorded(player, nothing, rows, kind=DELETED, actor=actor)
        return txn.Changes(
            answer=changes.answer,
            inserts=changes.inserts,
            deletes=(txn.Delete(player_lock(player_id)),),
        )

    return _execute(player_id, decide, DELETE, (), key, call)


def _there(rows: txn.Rows, player_id: int) -> txn.Row:
    player = rows.get(player_lock(player_id))
    if player is None:
        raise PlayerNotFound(player=player_id)
    return player


def _recorded(
    player: txn.Row,
    after: Balance,
    rows: txn.Rows,
    *,
    kind: str,
    actor: str,
    reason: str = "",
    **more: Any,
) -> txn.Changes:
    """Return a player's new balance with its entry, which is also the answer."""
    recorded = entry(player, after, kind=kind, at=rows.now, actor=actor, reason=reason)
    answer = dict(recorded.values) | {"at": rows.now.isoformat()}
    return txn.Changes(
        answer=answer, updates=(stored(player, after, rows.now, **more),), inserts=(recorded,)
    )


def _execute(
    player_id: int,
    decide: Callable[[txn.Rows], txn.Changes],
    act: str,
    terms: Sequence[Any],
    key: txn.Key | None,
    call: dict[str, Any],
) -> txn.Outcome:
    unit = txn.Unit(
        locks=(player_lock(player_id),),
        decide=decide,
        act=act,
        terms=(player_id, *terms),
        key=key,
    )
    return txn.execute(unit, **call)
