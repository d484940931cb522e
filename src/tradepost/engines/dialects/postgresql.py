"""PostgreSQL's protocol: PostgreSQL and CockroachDB."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

from tradepost.engines.base import Engine
from tradepost.engines.defaults import LOCK_WAIT_S, STATEMENT_ROWS
from tradepost.engines.dialects.arrays import array, array_type, has_arrays
from tradepost.engines.dialects.base import Dialect, into
from tradepost.engines.dialects.pipeline import Pipeline
from tradepost.engines.statements import (
    Changed,
    Locked,
    LockMode,
    Result,
    Statement,
    Values,
    Wanted,
    batched,
)
from tradepost.engines.tables import Column, Table

# How long a round trip may take, besides waiting for locks, in seconds.
SERVER_S = 30.0
# The column that holds a row's position within an INSERT.
PLACE = "place_of_row"


class PostgreSQL(Dialect):
    """A server that takes many statements in one round trip, and arrays as parameters."""

    now = "clock_timestamp()"

    def __init__(
        self, engine: Engine, connection: BaseDatabaseWrapper, wait_s: float = LOCK_WAIT_S
    ) -> None:
        super().__init__(engine, connection, wait_s)
        self._is_bounded = False

    def run(self, statements: Sequence[Statement]) -> list[Result]:
        """Send all statements, then wait (www.postgresql.org/docs/15/libpq-pipeline-mode.html).

        BEGIN and the lock timeout are sent with the first ones.
        """
        first = self._first()
        sent = [*first, *statements]
        if not sent:
            return []
        with self.connection.wrap_database_errors:
            pipeline = Pipeline(self._driver(), self.wait_s + SERVER_S)
            try:
                execute = self._execute(pipeline)
                for statement in sent:
                    self.current = statement
                    execute(statement.sql, statement.parameters)
                results = pipeline.results()
            except BaseException:
                if pipeline.failed is not None:
                    self.current = sent[pipeline.failed]
                pipeline.abandon()
                raise
        self.current = None
        return results[len(first) :]

    def _execute(self, pipeline: Pipeline) -> Callable[[str, Sequence[Any]], None]:
        """Return what sends a statement: Django's cursor only if something watches statements."""
        if self.connection.execute_wrappers or self.connection.queries_logged:
            return CursorWrapper(pipeline, self.connection).execute
        return pipeline.execute

    def _first(self) -> list[Statement]:
        """Return the statements that begin the transaction and set its lock timeout."""
        if self._is_bounded or self.connection.get_autocommit():
            return []
        self._is_bounded = True
        timeout = Statement(self.engine.lock_wait.within("", self.wait_s), waits=False)
        if self._driver().pgconn.transaction_status != TransactionStatus.IDLE:
            return [timeout]
        # Sent here because the driver would spend a round trip on it.
        begin = f"BEGIN ISOLATION LEVEL {self.engine.isolation.upper()}"
        return [Statement(begin, waits=False), timeout]

    def _driver(self) -> Any:
        self.connection.ensure_connection()
        return self.connection.connection

    def lock(self, wanted: Wanted, behind: Sequence[Statement], mode: LockMode) -> Locked:
        """Lock and read rows, and distinguish locked rows from missing ones."""
        if mode is not LockMode.AVAILABLE:
            return super().lock(wanted, behind, mode)
        looks = [
            (table, statement)
            for table, pks in wanted.items()
            for statement in self.find(table, table.key, pks)
        ]
        locked = super().lock(wanted, [*(one for _, one in looks), *behind], mode)
        blocked: dict[Table, set[Any]] = {table: set() for table in wanted}
        for (table, _), result in zip(looks, locked.behind, strict=False):
            blocked[table] |= {pk for pk, _ in result.rows}
        for table, rows in locked.rows.items():
            place = list(table.columns).index(table.key.attname)
            blocked[table] -= {row[place] for row in rows}
        return Locked(locked.rows, locked.behind[len(looks) :], blocked)

    def lock_suffix(self, mode: LockMode) -> str:
        """Return the end of a SELECT that locks."""
        skip = mode is LockMode.AVAILABLE
        return " FOR UPDATE SKIP LOCKED" if skip else super().lock_suffix(mode)

    def among(self, column: Column, values: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
        """Yield conditions that together match values in a column."""
        if len(values) == 1 or not array_type(column):
            yield from super().among(column, values)
            return
        for chunk in batched(values, STATEMENT_ROWS):
            text = array(column, chunk, self.connection)
            yield f"{column.quoted} = ANY(%s::{array_type(column)})", [text]

    def rows_at_once(self, _table: Table, parameters: int) -> int:
        """Return how many rows one statement writes."""
        return STATEMENT_ROWS if has_arrays(_table) else super().rows_at_once(_table, parameters)

    def counted_at_once(self, table: Table) -> int:
        """Return how many rows one `insert_returning_ids` adds."""
        return STATEMENT_ROWS if has_arrays(table) else super().counted_at_once(table)

    def update_many(self, table: Table, attnames: Sequence[str], changes: Changed) -> Statement:
        """Return the UPDATE from one array for each column."""
        if not has_arrays(table):
            return super().update_many(table, attnames, changes)
        key = table.key
        columns, sql = _update_from_arrays(table, tuple(attnames))
        arrays = [
            array(column, [values[column.attname] for _, values in changes], self.connection)
            for column in columns
        ]
        return Statement(
            sql,
            [array(key, [pk for pk, _ in changes], self.connection), *arrays],
            rows=len(changes),
        )

    def insert_many(self, table: Table, rows: Sequence[Values], tail: str = "") -> Statement:
        """Return the INSERT of one array for each column."""
        if len(rows) == 1 or not has_arrays(table):
            return super().insert_many(table, rows, tail)
        columns, sql = _insert_from_arrays(table, tuple(rows[0]))
        return self._insert_arrays(columns, rows, sql + tail)

    def insert_returning_ids(self, table: Table, rows: Sequence[Values]) -> Statement:
        """Return the INSERT whose ids come in the order of the rows."""
        if len(rows) == 1 or not has_arrays(table):
            return super().insert_returning_ids(table, rows)
        columns, sql = _insert_from_arrays(table, tuple(rows[0]), counted=True)
        return self._insert_arrays(columns, rows, sql + self.returning(table))

    def _insert_arrays(
        self, columns: Sequence[Column], rows: Sequence[Values], sql: str
    ) -> Statement:
        arrays = [
            array(column, [row[column.attname] for row in rows], self.connection)
            for column in columns
        ]
        return Statement(sql, arrays)


# Cached, here and below, because building the SQL takes 30 µs for each of a trade's 3 statements.
@functools.cache
def _update_from_arrays(table: Table, attnames: tuple[str, ...]) -> tuple[list[Column], str]:
    """Return the columns, and an UPDATE that takes an array for the key and each column."""
    key = table.key
    columns = [table.column(name) for name in attnames]
    sets = ", ".join(f"{column.quoted} = new.{column.quoted}" for column in columns)
    return columns, (
        f"UPDATE {table.quoted} SET {sets} FROM {_unnest([key, *columns])}"
        f" WHERE {table.quoted}.{key.quoted} = new.{key.quoted}"
    )


@functools.cache
def _insert_from_arrays(
    table: Table, attnames: tuple[str, ...], *, counted: bool = False
) -> tuple[list[Column], str]:
    """Return the columns, and an INSERT that takes an array for each.

    Args:
        counted: Insert in the order of the arrays.
    """
    columns = [table.column(name) for name in attnames]
    names = ", ".join(column.quoted for column in columns) if counted else "*"
    order = f" ORDER BY {PLACE}" if counted else ""
    select = f"SELECT {names} FROM {_unnest(columns, counted=counted)}{order}"
    return columns, f"{into(table, columns)} {select}"


def _unnest(columns: Sequence[Column], *, counted: bool = False) -> str:
    """Return the SQL for arrays, one parameter per column, as the rows of a table.

    Args:
        counted: Add a column with each row's position.
    """
    arrays = ", ".join(f"%s::{array_type(column)}" for column in columns)
    names = ", ".join(column.quoted for column in columns)
    if counted:
        return f"unnest({arrays}) WITH ORDINALITY AS new({names}, {PLACE})"
    return f"unnest({arrays}) AS new({names})"
