"""SQL that every database understands; dialects replace what their database does better."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines.base import Engine, RowLocks
from tradepost.engines.defaults import LOCK_WAIT_S, ROW_BY_ROW_MAX, STATEMENT_PARAMETERS
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


class Dialect:
    """Builds and runs the statements of one transaction.

    Args:
        wait_s: How long a statement waits for a lock.

    Attributes:
        now: The expression for the time at which a statement starts.
        current: The statement that is being run, or that failed.
    """

    now = "CURRENT_TIMESTAMP"

    def __init__(
        self, engine: Engine, connection: BaseDatabaseWrapper, wait_s: float = LOCK_WAIT_S
    ) -> None:
        self.engine = engine
        self.connection = connection
        self.wait_s = wait_s
        self.current: Statement | None = None

    # Running

    @contextlib.contextmanager
    def bounded_wait(self) -> Iterator[None]:
        """Limit the wait for locks from outside the transaction, if it cannot be done inside."""
        yield

    def run(self, statements: Sequence[Statement]) -> list[Result]:
        """Run statements in order, in one round trip where the driver can."""
        results = []
        with self.connection.cursor() as cursor:
            for statement in statements:
                self.current = statement
                if statement.many:
                    cursor.executemany(statement.sql, statement.parameters)
                else:
                    cursor.execute(self.bounded(statement), statement.parameters)
                rows = cursor.fetchall() if cursor.description else ()
                results.append(Result(rows, cursor.rowcount, cursor.lastrowid))
        self.current = None
        return results

    def bounded(self, statement: Statement) -> str:
        """Return a statement's SQL, with its lock timeout."""
        return statement.sql

    # Reading and locking

    def lock(self, wanted: Wanted, behind: Sequence[Statement], mode: LockMode) -> Locked:
        """Lock and read rows, then run more statements while the locks are held."""
        selects = [
            (table, statement)
            for table, pks in wanted.items()
            for statement in self.select_locked(table, pks, mode)
        ]
        results = self.run([*(statement for _, statement in selects), *behind])
        rows: dict[Table, list[tuple[Any, ...]]] = {table: [] for table in wanted}
        for (table, _), result in zip(selects, results, strict=False):
            rows[table] += result.rows
        return Locked(rows, results[len(selects) :])

    def select_locked(self, table: Table, pks: Sequence[Any], mode: LockMode) -> list[Statement]:
        """Return statements that lock rows in the order given, and read them."""
        head = f"SELECT {table.select_list} FROM {table.quoted} WHERE "
        order = f" ORDER BY {table.key.quoted}"
        suffix = self.lock_suffix(mode)
        return [
            Statement(
                head + where + (order if len(part) > 1 else "") + suffix, values, waits=bool(suffix)
            )
            for part in self.lock_parts(pks, mode)
            for where, values in self.among(table.key, part)
        ]

    def lock_suffix(self, mode: LockMode) -> str:
        """Return the end of a SELECT that locks."""
        if mode is LockMode.READ or self.engine.row_locks is RowLocks.NONE:
            return ""
        nowait = self.wait_s == 0 and self.engine.has_nowait
        return " FOR UPDATE NOWAIT" if nowait else " FOR UPDATE"

    def lock_parts(self, pks: Sequence[Any], mode: LockMode) -> Iterator[Sequence[Any]]:
        """Split primary keys into those that one statement locks."""
        by_row = mode is not LockMode.READ and self.engine.row_locks is RowLocks.ROW_BY_ROW
        return batched(pks, 1 if by_row and len(pks) <= ROW_BY_ROW_MAX else len(pks) or 1)

    def find(self, table: Table, column: Column, values: Sequence[Any]) -> list[Statement]:
        """Return statements that read a column's value and the primary key of matching rows."""
        head = f"SELECT {column.quoted}, {table.key.quoted} FROM {table.quoted} WHERE "
        return [
            Statement(head + where, parameters, waits=False)
            for where, parameters in self.among(column, values)
        ]

    def among(self, column: Column, values: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
        """Yield conditions, with their parameters, that together match values in a column."""
        for chunk in batched(values, STATEMENT_PARAMETERS):
            marks = ", ".join(["%s"] * len(chunk))
            condition = f"{column.quoted} {'= %s' if len(chunk) == 1 else f'IN ({marks})'}"
            yield condition, [column.to_database(value, self.connection) for value in chunk]

    # The time, and rows that may exist

    def look_up(
        self, table: Table, columns: Sequence[Column], pks: Sequence[Any]
    ) -> list[Statement]:
        """Return statements that read the time, and rows by primary key; see `looked_up`.

        Args:
            columns: What to read of a row; the first is the primary key.
        """
        if not pks:
            return [Statement(f"SELECT {self.now}", waits=False)]
        names = ", ".join(column.quoted for column in columns)
        head = f"SELECT {self.now}, {names} FROM (SELECT 1) AS one LEFT JOIN {table.quoted} ON "
        return [
            Statement(head + where, parameters, waits=False)
            for where, parameters in self.among(columns[0], pks)
        ]

    def looked_up(self, results: Sequence[Result]) -> tuple[datetime, list[tuple[Any, ...]]]:
        """Return the time, and the rows found."""
        rows = [row for result in results for row in result.rows]
        now: datetime = rows[0][0]
        # The join gives NULL for a row that is not there.
        found = [row[1:] for row in rows if len(row) > 1 and row[1] is not None]
        return now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC), found

    # Writing

    def rows_at_once(self, _table: Table, parameters: int) -> int:
        """Return how many rows one statement writes, given the parameters of each row."""
        return max(1, STATEMENT_PARAMETERS // parameters)

    def counted_at_once(self, table: Table) -> int:
        """Return how many rows one `insert_returning_ids` adds."""
        return max(1, STATEMENT_PARAMETERS // len(table.columns))

    def delete(self, table: Table, pks: Sequence[Any]) -> list[Statement]:
        """Return statements that delete rows."""
        return [
            Statement(
                f"DELETE FROM {table.quoted} WHERE {table.key.quoted}"
                f" IN ({', '.join(['%s'] * len(chunk))})",
                [table.key.to_database(pk, self.connection) for pk in chunk],
                rows=len(chunk),
            )
            for chunk in batched(pks, STATEMENT_PARAMETERS)
        ]

    def update(self, table: Table, attnames: Sequence[str], changes: Changed) -> list[Statement]:
        """Return statements that set the same columns of rows, each to its own values."""
        return [
            self.update_many(table, attnames, chunk)
            if len(chunk) > 1
            else self.update_one(table, attnames, *chunk[0])
            for chunk in batched(changes, self.rows_at_once(table, 2 * len(attnames) + 1))
        ]

    def update_one(
        self, table: Table, attnames: Sequence[str], pk: Any, values: Values
    ) -> Statement:
        """Return the statement that updates one row."""
        sets = ", ".join(f"{table.column(name).quoted} = %s" for name in attnames)
        return Statement(
            f"UPDATE {table.quoted} SET {sets} WHERE {table.key.quoted} = %s",
            [
                *self.values(values, [table.column(name) for name in attnames]),
                table.key.to_database(pk, self.connection),
            ],
            rows=1,
        )

    def update_many(self, table: Table, attnames: Sequence[str], changes: Changed) -> Statement:
        """Return the statement that updates several rows."""
        key = table.key
        pks = [key.to_database(pk, self.connection) for pk, _ in changes]
        sets, parameters = [], []
        for name in attnames:
            column = table.column(name)
            case = f"CASE {key.quoted}" + " WHEN %s THEN %s" * len(changes) + " END"
            if self.connection.features.requires_casted_case_in_updates:
                case = f"CAST({case} AS {column.field.db_type(self.connection)})"
            sets.append(f"{column.quoted} = {case}")
            for pk, (_, values) in zip(pks, changes, strict=True):
                parameters += [pk, column.to_database(values[name], self.connection)]
        marks = ", ".join(["%s"] * len(pks))
        return Statement(
            f"UPDATE {table.quoted} SET {', '.join(sets)} WHERE {key.quoted} IN ({marks})",
            [*parameters, *pks],
            rows=len(changes),
        )

    def insert(self, table: Table, rows: Sequence[Values]) -> list[Statement]:
        """Return statements that add rows, all with the same columns."""
        size = self.rows_at_once(table, len(rows[0]))
        return [self.insert_many(table, part) for part in batched(rows, size)]

    def insert_many(self, table: Table, rows: Sequence[Values], tail: str = "") -> Statement:
        """Return the statement that adds rows."""
        columns = [table.column(name) for name in rows[0]]
        marks = f"({', '.join(['%s'] * len(columns))})"
        return Statement(
            f"{into(table, columns)} VALUES {', '.join([marks] * len(rows))}{tail}",
            [value for row in rows for value in self.values(row, columns)],
        )

    def insert_returning_ids(self, table: Table, rows: Sequence[Values]) -> Statement:
        """Return the statement that adds rows whose ids the database assigns; see `new_ids`."""
        return Dialect.insert_many(self, table, rows, self.returning(table))

    def returning(self, table: Table) -> str:
        """Return the end of an INSERT that returns new ids."""
        return f" RETURNING {table.key.quoted}" if self.engine.has_returning else ""

    def new_ids(self, result: Result, count: int) -> list[int]:
        """Return the ids of the rows that `insert_returning_ids` added, in their order."""
        if self.engine.has_returning:
            return [row[0] for row in result.rows]
        return list(range(result.last_id, result.last_id + count))

    def values(self, row: Values, columns: Sequence[Column]) -> list[Any]:
        """Return a row's values as the driver takes them."""
        return [column.to_database(row[column.attname], self.connection) for column in columns]


def into(table: Table, columns: Sequence[Column]) -> str:
    """Return the beginning of an INSERT."""
    return f"INSERT INTO {table.quoted} ({', '.join(column.quoted for column in columns)})"
