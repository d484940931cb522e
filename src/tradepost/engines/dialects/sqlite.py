"""SQLite: statements run within the process, so one statement for each row is the fastest."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.utils import Error

from tradepost.engines.defaults import LOCK_WAIT_S, STATEMENT_ROWS
from tradepost.engines.dialects.base import Dialect, into
from tradepost.engines.statements import Changed, Result, Statement, Values
from tradepost.engines.tables import Column, Table


class SQLite(Dialect):
    """A file with one writer at a time."""

    # SQLite's clock is the process's, in milliseconds. Python's has microseconds.
    now = "NULL"

    @contextlib.contextmanager
    def bounded_wait(self) -> Iterator[None]:
        """Set the connection's timeout, because BEGIN is what waits."""
        if self.wait_s == LOCK_WAIT_S:
            yield
            return
        with self.connection.cursor() as cursor:
            cursor.execute(self.engine.lock_wait.statement(self.wait_s))
        try:
            yield
        finally:
            # A lost connection has nothing to reset. One that cannot be reset is closed.
            if self.connection.connection is not None:
                try:
                    with self.connection.cursor() as cursor:
                        cursor.execute(self.engine.lock_wait.statement(LOCK_WAIT_S))
                except Error:
                    self.connection.close()

    def look_up(
        self, table: Table, columns: Sequence[Column], pks: Sequence[Any]
    ) -> list[Statement]:
        """Return the statements that read the rows."""
        return super().look_up(table, columns, pks) if pks else []

    def looked_up(self, results: Sequence[Result]) -> tuple[datetime, list[tuple[Any, ...]]]:
        """Return the process's time, and the rows found."""
        rows = [row[1:] for result in results for row in result.rows if row[1] is not None]
        return datetime.now(UTC), rows

    def rows_at_once(self, _table: Table, _parameters: int) -> int:
        """Return how many rows a statement is run for."""
        return STATEMENT_ROWS

    def update_many(self, table: Table, attnames: Sequence[str], changes: Changed) -> Statement:
        """Return the UPDATE of one row, to be run for each."""
        columns = [table.column(name) for name in attnames]
        parameters = [
            [*self.values(values, columns), table.key.to_database(pk, self.connection)]
            for pk, values in changes
        ]
        first = self.update_one(table, attnames, *changes[0])
        return Statement(first.sql, parameters, rows=len(changes), many=True)

    def insert_many(self, table: Table, rows: Sequence[Values], tail: str = "") -> Statement:
        """Return the INSERT of one row, to be run for each."""
        columns = [table.column(name) for name in rows[0]]
        return Statement(
            f"{into(table, columns)} VALUES ({', '.join(['%s'] * len(columns))}){tail}",
            [self.values(row, columns) for row in rows],
            many=True,
        )
