"""Locking: every row of a unit, once, in one order, before anything is decided."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import Error

from tradepost.engines import Engine, RowLocks
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.txn.forms import among, batched
from tradepost.txn.tables import Row, Table, table_of
from tradepost.txn.unit import RowLock
from tradepost.txn.workspace import Workspace

# Locks by table and primary key: one row may be named more than once.
Wanted = dict[Table, dict[Any, list[RowLock[Any]]]]

# A statement for each row is worth its time for few: many are a group's or a batch's, and of those
# there is one at a time in a process.
ROW_BY_ROW_MAX = 8
INT64 = range(-(2**63), 2**63)


class RowMoved(Exception):
    """A row is not where it was when it was looked for: the unit has to look again."""


class Loader:
    """Brings the rows that locks name into a workspace.

    Args:
        exclusive: Lock them; else they are only read, as a dry run does.
        nowait: Fail at once where a row is locked.
    """

    def __init__(
        self, cursor: CursorWrapper, engine: Engine, *, exclusive: bool, nowait: bool
    ) -> None:
        self.cursor = cursor
        self.engine = engine
        self.row_by_row = exclusive and engine.row_locks is RowLocks.ROW_BY_ROW
        self.suffix = ""
        if exclusive and engine.row_locks is not RowLocks.NONE:
            self.suffix = " FOR UPDATE NOWAIT" if nowait and engine.has_nowait else " FOR UPDATE"

    def load(self, work: Workspace, locks: Iterable[RowLock[Any]]) -> None:
        """Lock and read, table by table and key by key in order, each row once.

        A row named by another unique key is looked up first, then locked by its primary key, and
        under the lock it must still have that key.

        Raises:
            RowMoved: It has not: perhaps another row has it now.
        """
        wanted = self._by_primary_key(work, locks)
        for table in sorted(wanted, key=lambda table: table.name):
            found = self._select(table, sorted(wanted[table]))
            for pk, named in wanted[table].items():
                for lock in named:
                    work.place(lock, found.get(pk))
                    if lock.field != "pk" and work.get(lock) is None:
                        raise RowMoved(f"{lock} was row {pk}")

    def _by_primary_key(self, work: Workspace, locks: Iterable[RowLock[Any]]) -> Wanted:
        """Sort locks by table and primary key; those that name no row are placed at once."""
        wanted: Wanted = defaultdict(lambda: defaultdict(list))
        by_unique_key: dict[tuple[Table, str], list[RowLock[Any]]] = defaultdict(list)
        for lock in dict.fromkeys(locks):
            table = table_of(lock.model, work.alias)
            if not _can_be_stored(lock.value):
                work.place(lock, None)
            elif lock.field == "pk":
                wanted[table][lock.value].append(lock)
            else:
                by_unique_key[table, lock.field].append(lock)
        for (table, attname), named in by_unique_key.items():
            for lock, pk in self._resolve(table, attname, named):
                if pk is None:
                    work.place(lock, None)
                else:
                    wanted[table][pk].append(lock)
        return wanted

    def _resolve(
        self, table: Table, attname: str, locks: Sequence[RowLock[Any]]
    ) -> Iterator[tuple[RowLock[Any], Any]]:
        column, key = table.column(attname), table.key
        found: dict[Any, Any] = {}
        values = [lock.value for lock in locks]
        head = f"SELECT {column.quoted}, {key.quoted} FROM {table.quoted} WHERE "
        for where, parameters in among(column, values, self.cursor.db, self.engine):
            self.cursor.execute(head + where, parameters)
            for value, pk in self.cursor.fetchall():
                found[column.from_database(value)] = key.from_database(pk)
        for lock in locks:
            yield lock, found.get(lock.value)

    def _select(self, table: Table, pks: Sequence[Any]) -> dict[Any, Row]:
        key = table.key
        head = f"SELECT {table.select_list} FROM {table.quoted} WHERE "
        order = f" ORDER BY {key.quoted}"
        found: dict[Any, Row] = {}
        row_by_row = self.row_by_row and len(pks) <= ROW_BY_ROW_MAX
        for part in batched(pks, 1) if row_by_row else (pks,):
            for where, parameters in among(key, part, self.cursor.db, self.engine):
                tail = (order if len(part) > 1 else "") + self.suffix
                self.cursor.execute(head + where + tail, parameters)
                for values in self.cursor.fetchall():
                    row = table.read(values)
                    found[getattr(row, key.attname)] = row
        return found


@contextlib.contextmanager
def bounded_wait(
    connection: BaseDatabaseWrapper, engine: Engine, wait_s: float | None
) -> Iterator[None]:
    """Let the session wait for locks no longer than this, inside the block."""
    if wait_s is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(engine.lock_wait.statement(wait_s))
    try:
        yield
    finally:
        # A lost connection has nothing to set back; one that cannot be is of no use.
        if connection.connection is not None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(engine.lock_wait.statement(LOCK_WAIT_S))
            except Error:
                connection.close()


def _can_be_stored(value: Any) -> bool:
    """Say whether a column could hold this key: drivers raise where none could."""
    if isinstance(value, int):
        return value in INT64
    try:
        return b"\x00" not in str(value).encode()
    except UnicodeEncodeError:
        return False
