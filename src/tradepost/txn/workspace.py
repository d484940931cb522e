"""The rows of one transaction in memory: as loaded, with the changes of decisions so far.

One row is one object, whichever key names it, so that several units can decide on the same rows one
after another.
"""

from collections.abc import Iterator, KeysView, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model

from tradepost.engines.tables import Row, Table, table_of
from tradepost.txn.unit import Changes, Deferred, Delete, Insert, RowLock, Update

A = TypeVar("A")
AnyLock = RowLock[Any]


@dataclass(slots=True, eq=False)
class Slot:
    """One row, which may or may not exist.

    Attributes:
        row: The row as it is now, after the decisions so far.
        stored: Whether the database has it.
        changed: Columns to update.
        insert: The pending insert, if a decision added the row.
    """

    row: Row | None = None
    stored: bool = False
    changed: dict[str, Any] = field(default_factory=dict)
    insert: Insert | None = None


UNKNOWN = datetime.min.replace(tzinfo=UTC)
# By model, attribute name and value.
Watched = dict[type[Model], dict[str, dict[Any, list[AnyLock]]]]


class Workspace:
    """Rows by every key that named them, and the changes to write.

    Attributes:
        now: The database's time; known once the rows are locked.
    """

    def __init__(self, alias: str, now: datetime = UNKNOWN) -> None:
        self.alias = alias
        self.now = now
        self.inserts: list[Insert] = []
        self._stored: dict[tuple[type[Model], Any], Slot] = {}
        self._by_key: dict[AnyLock, Slot] = {}
        # Models that have locks, and those locked by a column other than the primary key. An update
        # to such a column can make a lock refer to another row.
        self._models: set[type[Model]] = set()
        self._movable: set[type[Model]] = set()
        # The locks that could name a row, by column and value; built on first use.
        self._watched: Watched | None = None
        self._missed = False

    def place(self, lock: AnyLock, row: Row | None) -> None:
        """Store the row that a lock names; None if there is none."""
        self._watched = None
        self._models.add(lock.model)
        if lock.field != "pk":
            self._movable.add(lock.model)
        if row is None:
            self._missed = True
            self._by_key.setdefault(lock, Slot())
            return
        pk = lock.value if lock.field == "pk" else getattr(row, self._key_of(lock.model))
        place = (lock.model, pk)
        slot = self._stored.get(place)
        if slot is None:
            slot = self._stored[place] = Slot(row=row, stored=True)
        self._by_key[lock] = slot

    def get(self, lock: AnyLock) -> Row | None:
        """Return the row under a lock as it is now, or None."""
        row = self._slot(lock).row
        # A row's primary key never changes, but another key may have.
        if row is None or lock.field == "pk":
            return row
        return row if getattr(row, lock.field) == lock.value else None

    def apply(self, changes: Changes[Any]) -> None:
        """Make a decision's changes, in memory."""
        for update in changes.updates:
            slot = self._slot(update.lock)
            if slot.row is None:
                raise LookupError(f"{update.lock} is not there and cannot be updated")
            slot.row = slot.row._replace(**update.values)
            pending = slot.insert.values if slot.insert else slot.changed
            pending.update(update.values)
            if update.lock.model in self._movable:
                self._index(update.lock.model, slot, update.values.keys())
        for delete in changes.deletes:
            slot = self._slot(delete.lock)
            if slot.row is None:
                raise LookupError(f"{delete.lock} is not there and cannot be deleted")
            if slot.insert:
                self.inserts.remove(slot.insert)
                slot.insert = None
            slot.row = None
        for insert in changes.inserts:
            self._insert(insert)

    def rows(self, locks: Sequence[AnyLock]) -> "UnitRows":
        """Return what a unit with these locks sees."""
        return UnitRows(self, locks)

    def changes(self, answer: A | Deferred[A]) -> Changes[A]:
        """Return all changes so far as one decision's."""
        by_slot = {slot: lock for lock, slot in self._by_key.items() if slot.stored}
        return Changes(
            answer=answer,
            updates=[
                Update(lock, slot.changed)
                for slot, lock in by_slot.items()
                if slot.row is not None and slot.changed
            ],
            inserts=list(self.inserts),
            deletes=[Delete(lock) for slot, lock in by_slot.items() if slot.row is None],
        )

    def updates(self) -> Iterator[tuple[Table, Any, dict[str, Any]]]:
        """Yield table, primary key and new values of each stored row that changed."""
        for (model, pk), slot in self._stored.items():
            if slot.row is not None and slot.stored and slot.changed:
                yield table_of(model, self.alias), pk, slot.changed

    def deletes(self) -> Iterator[tuple[Table, Any]]:
        """Yield table and primary key of each stored row to delete."""
        for (model, pk), slot in self._stored.items():
            if slot.row is None:
                yield table_of(model, self.alias), pk

    def missing(self) -> bool:
        """Return whether a lock named a row that the database does not have."""
        return self._missed

    def _insert(self, insert: Insert) -> None:
        table = table_of(insert.model, self.alias)
        if insert.model not in self._models or table.pk is None:
            # No lock can name it.
            self.inserts.append(insert)
            return
        values = dict(table.complete(insert.values))
        pending = Insert(insert.model, values, insert.id)
        self.inserts.append(pending)
        if table.counts_ids:
            values = {table.pk.attname: insert.id, **values}
        slot = Slot(row=table.row_type(**values), insert=pending)
        self._index(insert.model, slot, values.keys())

    def _index(self, model: type[Model], slot: Slot, attnames: KeysView[str]) -> None:
        """Assign a row to the locks that name it by these columns."""
        watched = self._watching().get(model)
        if watched is None:
            return
        for attname, locks in watched.items():
            if attname in attnames:
                for lock in locks.get(getattr(slot.row, attname), ()):
                    self._by_key[lock] = slot

    def _watching(self) -> Watched:
        if self._watched is None:
            self._watched = self._watch()
        return self._watched

    def _watch(self) -> Watched:
        watched: Watched = {}
        for lock in self._by_key:
            attname = self._key_of(lock.model) if lock.field == "pk" else lock.field
            by_value = watched.setdefault(lock.model, {}).setdefault(attname, {})
            by_value.setdefault(lock.value, []).append(lock)
        return watched

    def _key_of(self, model: type[Model]) -> str:
        return table_of(model, self.alias).key.attname

    def _slot(self, lock: AnyLock) -> Slot:
        try:
            return self._by_key[lock]
        except KeyError:
            raise LookupError(f"the unit did not name {lock}") from None


class UnitRows:
    """What one unit's decision sees: the rows it named, and no others."""

    __slots__ = ("_locks", "_named", "_work", "now")

    def __init__(self, work: Workspace, locks: Sequence[AnyLock]) -> None:
        self._work = work
        self._locks = locks
        self._named = frozenset(locks)
        self.now = work.now

    def get(self, lock: AnyLock) -> Row | None:
        """Return the row, or None if there is none.

        Raises:
            LookupError: The unit did not name this lock.
        """
        if lock not in self._named:
            raise LookupError(f"the unit did not name {lock}")
        return self._work.get(lock)

    def scratch(self) -> Workspace:
        """Return a copy of the rows in a new workspace."""
        scratch = Workspace(self._work.alias, self.now)
        for lock in self._locks:
            scratch.place(lock, self._work.get(lock))
        return scratch
