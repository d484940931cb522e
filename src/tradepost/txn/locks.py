"""Locks the rows of units, each row once and in a fixed order, before any decision runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import LockMode, Result, Statement
from tradepost.engines.tables import Row, Table, table_of
from tradepost.txn.unit import RowLock
from tradepost.txn.workspace import Workspace

# Locks by table and primary key. Several locks may name the same row.
Wanted = dict[Table, dict[Any, list[RowLock[Any]]]]
INT64 = range(-(2**63), 2**63)


class RowMoved(Exception):
    """A row changed after it was looked up, so the unit must run again."""


class Loader:
    """Loads the rows that locks name into a workspace.

    Attributes:
        blocked: Locks on rows that were skipped because another transaction has locked them.
    """

    def __init__(self, work: Workspace, dialect: Dialect, mode: LockMode) -> None:
        self.work = work
        self.dialect = dialect
        self.mode = mode
        self.blocked: set[RowLock[Any]] = set()

    def load(self, locks: Iterable[RowLock[Any]], behind: Sequence[Statement]) -> Sequence[Result]:
        """Lock and read each row once, ordered by table and primary key.

        A row named by another unique key is looked up first, then locked by its primary key. Once
        locked, it must still have that unique key.

        Args:
            behind: Statements to send once the rows are locked.

        Returns:
            The results of those statements.

        Raises:
            RowMoved: A row no longer has the key that named it; another row may have it now.
        """
        wanted = self._by_primary_key(locks)
        tables = sorted(wanted, key=lambda table: table.name)
        locked = self.dialect.lock(
            {table: sorted(wanted[table]) for table in tables}, behind, self.mode
        )
        for table in tables:
            rows = self._rows(table, locked.rows[table])
            blocked = locked.blocked.get(table, ())
            for pk, named in wanted[table].items():
                if pk in blocked:
                    self.blocked.update(named)
                else:
                    self._place(named, rows.get(pk))
        return locked.behind

    def _rows(self, table: Table, found: Sequence[tuple[Any, ...]]) -> dict[Any, Row]:
        rows = [table.read(values, self.dialect.connection) for values in found]
        return {getattr(row, table.key.attname): row for row in rows}

    def _place(self, named: Sequence[RowLock[Any]], row: Row | None) -> None:
        for lock in named:
            self.work.place(lock, row)
            if lock.field != "pk" and self.work.get(lock) is None:
                raise RowMoved(f"{lock} has another primary key now")

    def _by_primary_key(self, locks: Iterable[RowLock[Any]]) -> Wanted:
        """Group locks by table and primary key, and place those that name no row."""
        wanted: Wanted = defaultdict(lambda: defaultdict(list))
        by_unique_key: dict[tuple[Table, str], list[RowLock[Any]]] = defaultdict(list)
        for lock in dict.fromkeys(locks):
            table = table_of(lock.model, self.work.alias)
            if not _can_be_stored(lock.value):
                self.work.place(lock, None)
            elif lock.field == "pk":
                wanted[table][lock.value].append(lock)
            else:
                by_unique_key[table, lock.field].append(lock)
        for (table, attname), named in by_unique_key.items():
            for lock, pk in self._resolve(table, attname, named):
                if pk is None:
                    self.work.place(lock, None)
                else:
                    wanted[table][pk].append(lock)
        return wanted

    def _resolve(
        self, table: Table, attname: str, locks: Sequence[RowLock[Any]]
    ) -> Iterator[tuple[RowLock[Any], Any]]:
        column, key = table.column(attname), table.key
        connection = self.dialect.connection
        results = self.dialect.run(self.dialect.find(table, column, [lock.value for lock in locks]))
        found = {
            column.from_database(value, connection): key.from_database(pk, connection)
            for result in results
            for value, pk in result.rows
        }
        for lock in locks:
            yield lock, found.get(lock.value)


def _can_be_stored(value: Any) -> bool:
    """Return whether a column could hold this key; drivers raise an error for other values."""
    if isinstance(value, int):
        return value in INT64
    try:
        return b"\x00" not in str(value).encode()
    except UnicodeEncodeError:
        return False
