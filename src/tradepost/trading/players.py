"""Players: create, adjust, edit, delete. Each act adds an entry to the ledger."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, Unpack

from tradepost import txn
from tradepost.ledger import Cause
from tradepost.trading import queries, rules
from tradepost.trading.acts import (
    ADJUST,
    CREATE,
    DELETE,
    DELETE_ALL,
    EDIT,
    RENAME,
    Adjustment,
    DeletedAnswer,
    Edit,
    EntryAnswer,
    NewPlayer,
    PlayerAnswer,
    Renaming,
)
from tradepost.trading.book import ADJUSTED, CREATED, DELETED, EDITED, PLAYERS, PlayerRow
from tradepost.trading.errors import PlayerNotFound
from tradepost.trading.rules import Balance
from tradepost.txn import Act

T = TypeVar("T")
A = TypeVar("A")
# How many players one transaction deletes, and how many transactions one call runs.
DELETED_AT_ONCE, DELETIONS_MAX = 500, 40
ENTRY_FIELDS = tuple(field.name for field in dataclasses.fields(EntryAnswer))


def create(
    new: Sequence[NewPlayer], **call: Unpack[txn.Call]
) -> txn.Outcome[tuple[PlayerAnswer, ...]]:
    """Create players, all or none, and return them in the order given."""

    def decide(rows: txn.Rows) -> txn.Changes[tuple[PlayerAnswer, ...]]:
        opened = [
            PLAYERS.open(
                {"coins": one.coins, "goods": one.goods},
                Cause(CREATED, rows.now, call["actor"]),
                owner={"name": one.name, "created_at": rows.now},
            )
            for one in new
        ]

        def answer() -> tuple[PlayerAnswer, ...]:
            ids = [txn.known_id(one.owner.id) for one in opened]
            return tuple(
                PlayerAnswer(player_id, one.name, one.coins, one.goods, rows.now, rows.now)
                for player_id, one in zip(ids, new, strict=True)
            )

        return txn.Changes(
            answer=txn.Deferred(answer),
            inserts=[*(one.owner for one in opened), *(one.entry for one in opened)],
        )

    unit = txn.Unit(locks=(), decide=decide, act=CREATE, terms=tuple(new), key=call.get("key"))
    return txn.execute(unit, **txn.options_of(call))


def adjust(
    player_id: int, *, coins: int = 0, goods: int = 0, reason: str, **call: Unpack[txn.Call]
) -> txn.Outcome[EntryAnswer]:
    """Grant (above 0) or remove (below 0) coins and goods, and return the entry.

    Raises:
        NothingToAdjust: Both are 0.
        PlayerNotFound: There is no such player.
        InsufficientCoins, InsufficientGoods: The player has less than is removed.
        BalanceTooLarge: The player would have too much.
    """
    rules.check_adjustment(coins=coins, goods=goods)

    def decide(player: PlayerRow, now: datetime) -> txn.Changes[EntryAnswer]:
        deltas = {"goods": goods, "coins": coins}
        posting = PLAYERS.post(player, deltas, Cause(ADJUSTED, now, call["actor"], reason))
        return txn.Changes(
            answer=_entry_answer(posting.insert),
            updates=(posting.update,),
            inserts=(posting.insert,),
        )

    terms = Adjustment(player_id, coins, goods, reason)
    return _perform(player_id, decide, ADJUST, terms, call)


def rename(player_id: int, *, name: str, **call: Unpack[txn.Call]) -> txn.Outcome[PlayerAnswer]:
    """Give a player another name, and return the player; or raise `PlayerNotFound`."""

    def decide(player: PlayerRow, now: datetime) -> txn.Changes[PlayerAnswer]:
        return _edited(player, {}, name, Cause(EDITED, now, call["actor"], "renamed"))

    terms = Renaming(player_id, name)
    return _perform(player_id, decide, RENAME, terms, call)


def edit(
    player_id: int,
    *,
    name: str,
    coins: int,
    goods: int,
    seen: Balance | None = None,
    **call: Unpack[txn.Call],
) -> txn.Outcome[PlayerAnswer]:
    """Set a player's name and balance, in one entry, and return the player.

    Args:
        seen: The balance that the editor saw; see `rules.set_to`.

    Raises:
        PlayerNotFound: There is no such player.
        BalanceChanged: A value to change is no longer what the editor saw.
    """

    def decide(player: PlayerRow, now: datetime) -> txn.Changes[PlayerAnswer]:
        deltas = rules.set_to(player, Balance(coins, goods), seen)
        return _edited(player, deltas, name, Cause(EDITED, now, call["actor"], "edited"))

    terms = Edit(player_id, name, coins, goods, seen)
    return _perform(player_id, decide, EDIT, terms, call)


def delete(player_id: int, **call: Unpack[txn.Call]) -> txn.Outcome[EntryAnswer]:
    """Delete a player with all they own, and return the last entry; the ledger stays.

    Raises:
        PlayerNotFound: There is no such player.
    """

    def decide(player: PlayerRow, now: datetime) -> txn.Changes[EntryAnswer]:
        closing = PLAYERS.close(player, Cause(DELETED, now, call["actor"]))
        return txn.Changes(
            answer=_entry_answer(closing.entry),
            inserts=(closing.entry,),
            deletes=(closing.delete,),
        )

    return _perform(player_id, decide, DELETE, player_id, call)


def delete_all(*, up_to: int, actor: str, key: txn.Key | None = None) -> txn.Outcome[DeletedAnswer]:
    """Delete every player up to an id, with all they own; the ledger stays.

    Many players take several transactions; the last one stores the receipt. It is safe to repeat:
    players created since then are not deleted.
    """
    deleted = 0
    for _ in range(DELETIONS_MAX):
        ids = queries.list_ids(limit=DELETED_AT_ONCE, up_to=up_to)
        is_last = len(ids) < DELETED_AT_ONCE
        unit = _deletion(ids, deleted, up_to=up_to, actor=actor, key=key if is_last else None)
        outcome = txn.execute(unit)
        if is_last:
            return outcome
        deleted = outcome.answer.deleted
    return txn.Outcome(DeletedAnswer(deleted, goes_on=True))


def _deletion(
    ids: Sequence[int], before: int, *, up_to: int, actor: str, key: txn.Key | None
) -> txn.Unit[DeletedAnswer]:
    """Return the unit that deletes players; missing ones are skipped."""
    locks = tuple(PLAYERS.lock(player_id) for player_id in ids)

    def decide(rows: txn.Rows) -> txn.Changes[DeletedAnswer]:
        there = [player for lock in locks if (player := rows.get(lock)) is not None]
        cause = Cause(DELETED, rows.now, actor)
        closed = [PLAYERS.close(one, cause) for one in there]
        return txn.Changes(
            answer=DeletedAnswer(before + len(there)),
            inserts=[one.entry for one in closed],
            deletes=[one.delete for one in closed],
        )

    return txn.Unit(locks=locks, decide=decide, act=DELETE_ALL, terms=up_to, key=key)


def _edited(
    player: PlayerRow, deltas: dict[str, int], name: str, cause: Cause
) -> txn.Changes[PlayerAnswer]:
    update, insert, after, _, at = PLAYERS.post(player, deltas, cause, owner={"name": name})
    answer = PlayerAnswer(player.id, name, after["coins"], after["goods"], player.created_at, at)
    return txn.Changes(answer=answer, updates=(update,), inserts=(insert,))


def _entry_answer(entry: txn.Insert) -> EntryAnswer:
    return EntryAnswer(**{name: entry.values[name] for name in ENTRY_FIELDS})


def _perform(
    player_id: int,
    decide: Callable[[PlayerRow, datetime], txn.Changes[A]],
    act: Act[T, A],
    terms: T,
    call: txn.Call,
) -> txn.Outcome[A]:
    """Execute a decision on one existing player."""
    lock = PLAYERS.lock(player_id)

    def decide_if_there(rows: txn.Rows) -> txn.Changes[A]:
        player = rows.get(lock)
        if player is None:
            raise PlayerNotFound(player=player_id)
        return decide(player, rows.now)

    unit = txn.Unit(
        locks=(lock,), decide=decide_if_there, act=act, terms=terms, key=call.get("key")
    )
    return txn.execute(unit, **txn.options_of(call))
