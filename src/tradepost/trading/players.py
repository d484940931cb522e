"""Players: enlist, adjust, edit, delete. Each act is an entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tradepost import txn
from tradepost.trading import queries, rules
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
EDIT, DELETE_ALL = "edit player", "delete players"
# How many are deleted in one transaction; and how often, before the caller is told to go on.
DELETED_AT_ONCE, DELETIONS_MAX = 500, 40


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
        answer = _told(player, same, rows, name=name)
        return txn.Changes(answer=answer, updates=changes.updates, inserts=changes.inserts)

    return _execute(player_id, decide, RENAME, (name,), key, call)


def edit(
    player_id: int,
    *,
    name: str,
    coins: int,
    goods: int,
    seen: Balance | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Set a player's name and what they own, in one entry, and return the player.

    Args:
        seen: The balance that was seen when this was decided on; see `rules.set_to`.

    Raises:
        PlayerNotFound: There is no such player.
        BalanceChanged: What is to be set is not what was seen.
    """

    def decide(rows: txn.Rows) -> txn.Changes:
        player = _there(rows, player_id)
        after = rules.set_to(player, Balance(coins=coins, goods=goods), seen)
        changes = _recorded(
            player, after, rows, kind=EDITED, actor=actor, reason="edited", name=name
        )
        answer = _told(player, after, rows, name=name)
        return txn.Changes(answer=answer, updates=changes.updates, inserts=changes.inserts)

    terms = (name, coins, goods, list(seen) if seen else None)
    return _execute(player_id, decide, EDIT, terms, key, call)


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


def delete_all(*, up_to: int, actor: str, key: txn.Key | None = None) -> txn.Outcome:
    """Delete every player up to an id, with all they own; the ledger stays.

    Many players are many transactions, the last of which stores the receipt. Doing this twice
    deletes nobody twice, nor anybody who came since.

    Returns:
        How many were deleted: as ``deleted``, and in the outcome of a call that left some for
        another one, ``goes_on``.
    """
    deleted = 0
    for _ in range(DELETIONS_MAX):
        ids = queries.list_ids(limit=DELETED_AT_ONCE, up_to=up_to)
        is_last = len(ids) < DELETED_AT_ONCE
        unit = _deletion(ids, deleted, up_to=up_to, actor=actor, key=key if is_last else None)
        outcome = txn.execute(unit)
        if is_last:
            return outcome
        deleted = outcome.answer["deleted"]
    return txn.Outcome({"deleted": deleted, "goes_on": True})


def _deletion(
    ids: Sequence[int], before: int, *, up_to: int, actor: str, key: txn.Key | None
) -> txn.Unit:
    """Return the unit that deletes those of some players who are there."""
    locks = tuple(player_lock(player_id) for player_id in ids)

    def decide(rows: txn.Rows) -> txn.Changes:
        there = [player for lock in locks if (player := rows.get(lock)) is not None]
        nothing = Balance(coins=0, goods=0)
        return txn.Changes(
            answer={"deleted": before + len(there)},
            inserts=[
                entry(player, nothing, kind=DELETED, at=rows.now, actor=actor, reason="")
                for player in there
            ],
            deletes=[txn.Delete(player_lock(player.id)) for player in there],
        )

    return txn.Unit(locks=locks, decide=decide, act=DELETE_ALL, terms=(up_to,), key=key)


def _told(player: txn.Row, after: Balance, rows: txn.Rows, *, name: str) -> dict[str, Any]:
    """Return a player as an act answers it."""
    return {
        "id": player.id,
        "name": name,
        "coins": after.coins,
        "goods": after.goods,
        "created_at": player.created_at.isoformat(),
        "updated_at": rows.now.isoformat(),
    }


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
