"""The toy's book, and its acts: all that a domain has to write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tests.ledger.models import Chest, ChestEntry
from tests.toy.acts import toy_act
from tradepost import txn
from tradepost.ledger import Asset, Book, Cause, Effect, Kind, OwnerRow, Posting, Words

MADE = Kind("made", Effect.OPENS)
BROKEN = Kind("broken", Effect.CLOSES)
FOUND = Kind("found", Effect.CREATES)
LOST = Kind("lost", Effect.DESTROYS)
COUNTED = Kind("counted", Effect.ADJUSTS, may_be_empty=True)
GAVE = Kind("gave", Effect.MOVES, other="got", gives=("gold",))
GOT = Kind("got", Effect.MOVES, other="gave")


class ChestRow(OwnerRow, Protocol):
    """A chest, as decisions see it."""

    @property
    def gold(self) -> int: ...
    @property
    def silver(self) -> int: ...
    @property
    def herbs(self) -> int | None: ...


CHESTS: Book[ChestRow, ChestEntry] = Book(
    owner=Chest,
    entry=ChestEntry,
    owner_column="chest_id",
    assets=(Asset("gold", after="gold_left"), Asset("silver", limit=1000), Asset("herbs")),
    kinds=(MADE, BROKEN, FOUND, LOST, COUNTED, GAVE, GOT),
    last_entry_at="last_entry_at",
    words=Words(owner="chest", owners="chests"),
)
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ACTOR = "tester"


def hour(hours: float) -> datetime:
    """Return a time so many hours after noon."""
    return NOON + timedelta(hours=hours)


def make(at: datetime = NOON, **balances: int) -> int:
    """Make a chest, and return its id."""

    def decide(_rows: txn.Rows) -> txn.Changes[object]:
        new = CHESTS.open(balances, Cause(MADE, at, ACTOR), owner={"label": "new"})
        return txn.Changes(answer=txn.Deferred(lambda: txn.known_id(new.owner.id)), inserts=new)

    answer = txn.execute(txn.Unit(locks=(), decide=decide, act=toy_act("make"), terms=None)).answer
    assert isinstance(answer, int)
    return answer


def post(
    chest: int, deltas: Mapping[str, int], kind: Kind, at: datetime = NOON, actor: str = ACTOR
) -> object:
    """Change what is in a chest, and return what is in it then."""
    lock = CHESTS.lock(chest)

    def decide(rows: txn.Rows) -> txn.Changes[object]:
        row = rows.get(lock)
        assert row is not None
        posting = CHESTS.post(row, deltas, Cause(kind, at, actor))
        return txn.Changes(
            answer=_left(posting), updates=(posting.update,), inserts=(posting.insert,)
        )

    unit = txn.Unit(locks=(lock,), decide=decide, act=toy_act("post"), terms=None)
    return txn.execute(unit).answer


def give(giver: int, taker: int, deltas: Mapping[str, int], at: datetime = NOON) -> object:
    """Move something from chest to chest, and return what is in both then."""
    locks = CHESTS.lock(giver), CHESTS.lock(taker)

    def decide(rows: txn.Rows) -> txn.Changes[object]:
        one, two = (rows.get(lock) for lock in locks)
        assert one is not None
        assert two is not None
        gave, got = CHESTS.move(one, two, deltas, Cause(GAVE, at, ACTOR))
        return txn.Changes(
            answer=[_left(gave), _left(got)],
            updates=(gave.update, got.update),
            inserts=(gave.insert, got.insert),
        )

    return txn.execute(txn.Unit(locks=locks, decide=decide, act=toy_act("give"), terms=None)).answer


def destroy(chest: int, at: datetime = NOON) -> None:
    """Break a chest with all that is in it."""
    lock = CHESTS.lock(chest)

    def decide(rows: txn.Rows) -> txn.Changes[object]:
        row = rows.get(lock)
        assert row is not None
        closing = CHESTS.close(row, Cause(BROKEN, at, ACTOR, "fire"))
        return txn.Changes(answer=None, inserts=(closing.entry,), deletes=(closing.delete,))

    txn.execute(txn.Unit(locks=(lock,), decide=decide, act=toy_act("destroy"), terms=None))


def _left(posting: Posting) -> dict[str, int]:
    return {asset.name: posting.after[asset.name] for asset in CHESTS.assets}
