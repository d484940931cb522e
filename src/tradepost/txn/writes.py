"""Writing what was decided, in as few statements as the engine allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from tradepost.engines import Bulk, Engine
from tradepost.engines.defaults import STATEMENT_PARAMETERS
from tradepost.txn.forms import batched, rows_at_once
from tradepost.txn.locks import RowMoved
from tradepost.txn.new_ids import in_order, told
from tradepost.txn.tables import Column, Table, table_of
from tradepost.txn.unit import Insert
from tradepost.txn.workspace import Workspace

Attnames = Sequence[str]
Values = dict[str, Any]
# Primary keys, each with its row's new values.
Changed = Sequence[tuple[Any, dict[str, Any]]]

# The column that tells the place of a row among others.
PLACE = "place_of_row"


class Writer:
    """Writes a workspace's changes.

    Args:
        pipelined: Answers to statements come later: whether all rows were there is to be asked
            by `check`.
    """

    def __init__(self, cursor: CursorWrapper, engine: Engine, *, pipelined: bool = False) -> None:
        self.cursor = cursor
        self.connection = cursor.db
        self.engine = engine
        self.pipelined = pipelined
        self._expected: list[tuple[CursorWrapper, str, int]] = []

    def write(self, work: Workspace) -> None:
        """Delete, update and insert; rows whose ids the database counts come first.

        Raises:
            RowMoved: A row was not there any more: its lock did not hold.
        """
        self._deletes(work)
        self._updates(work)
        counted: dict[Table, list[Insert]] = defaultdict(list)
        known: dict[Table, list[Values]] = defaultdict(list)
        for insert in work.inserts:
            table = table_of(insert.model, work.alias)
            if table.pk is None or table.pk.attname in insert.values:
                known[table].append(table.complete(insert.values))
            else:
                counted[table].append(insert)
        for table, inserts in in_order(counted):
            for chunk in batched(inserts, self._counted_at_once(table)):
                self._insert_counted(table, chunk)
        for table, rows in known.items():
            self._insert_all(table, [told(row) for row in rows] if counted else rows)

    def insert(self, model: type[Model], rows: Sequence[Values]) -> None:
        """Insert rows with a value for every column."""
        self._insert_all(table_of(model, self.connection.alias), rows)

    def _insert_all(self, table: Table, rows: Sequence[Values]) -> None:
        if rows:
            for part in batched(rows, rows_at_once(self.engine, len(rows[0]))):
                self._insert(table, part)

    def check(self) -> None:
        """Look at the answers that came since.

        Raises:
            RowMoved: A row was not there any more.
        """
        for cursor, sql, rows in self._expected:
            self._check(cursor, sql, rows)

    def _deletes(self, work: Workspace) -> None:
        by_table = defaultdict(list)
        for table, pk in work.deletes():
            by_table[table].append(pk)
        for table, pks in by_table.items():
            for chunk in batched(pks, STATEMENT_PARAMETERS):
                marks = ", ".join(["%s"] * len(chunk))
                self._execute(
                    f"DELETE FROM {table.quoted} WHERE {table.key.quoted} IN ({marks})",
                    [table.key.to_database(pk, self.connection) for pk in chunk],
                    rows=len(chunk),
                )

    def _updates(self, work: Workspace) -> None:
        alike = defaultdict(list)
        for table, pk, values in work.updates():
            alike[table, tuple(values)].append((pk, values))
        for (table, attnames), changes in alike.items():
            for chunk in batched(changes, rows_at_once(self.engine, 2 * len(attnames) + 1)):
                self._update_form(table, len(chunk))(table, attnames, chunk)

    def _update_form(self, table: Table, rows: int) -> Callable[[Table, Attnames, Changed], None]:
        if rows == 1 or self.engine.bulk is Bulk.EACH:
            return self._update_each
        return self._update_by_arrays if self._takes_arrays(table) else self._update_by_case

    def _takes_arrays(self, table: Table) -> bool:
        return self.engine.bulk is Bulk.ARRAYS and table.has_arrays

    def _counted_at_once(self, table: Table) -> int:
        if self._takes_arrays(table):
            return rows_at_once(self.engine, len(table.columns))
        return max(1, STATEMENT_PARAMETERS // len(table.columns))

    def _update_each(self, table: Table, attnames: Attnames, changes: Changed) -> None:
        sets = ", ".join(f"{table.column(name).quoted} = %s" for name in attnames)
        self._execute_each(
            f"UPDATE {table.quoted} SET {sets} WHERE {table.key.quoted} = %s",
            [
                [
                    *(self._value(table, name, values[name]) for name in attnames),
                    table.key.to_database(pk, self.connection),
                ]
                for pk, values in changes
            ],
        )

    def _update_by_arrays(self, table: Table, attnames: Attnames, changes: Changed) -> None:
        key = table.key
        columns = [table.column(name) for name in attnames]
        sets = ", ".join(f"{column.quoted} = new.{column.quoted}" for column in columns)
        arrays = [
            column.array([values[name] for _, values in changes], self.connection)
            for name, column in zip(attnames, columns, strict=True)
        ]
        self._execute(
            f"UPDATE {table.quoted} SET {sets} FROM {_unnest([key, *columns])}"
            f" WHERE {table.quoted}.{key.quoted} = new.{key.quoted}",
            [key.array([pk for pk, _ in changes], self.connection), *arrays],
            rows=len(changes),
        )

    def _update_by_case(self, table: Table, attnames: Attnames, changes: Changed) -> None:
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
                parameters += [pk, self._value(table, name, values[name])]
        marks = ", ".join(["%s"] * len(pks))
        self._execute(
            f"UPDATE {table.quoted} SET {', '.join(sets)} WHERE {key.quoted} IN ({marks})",
            [*parameters, *pks],
            rows=len(changes),
        )

    def _insert(self, table: Table, rows: Sequence[Values]) -> None:
        columns = [table.column(name) for name in rows[0]]
        if self.engine.bulk is Bulk.EACH:
            marks = f"({', '.join(['%s'] * len(columns))})"
            self._execute_each(
                f"{_into(table, columns)} VALUES {marks}", self._parameters(columns, rows)
            )
        elif self._takes_arrays(table) and len(rows) > 1:
            self._insert_arrays(table, columns, rows, f"SELECT * FROM {_unnest(columns)}")
        else:
            self._insert_values(table, columns, rows)

    def _insert_counted(self, table: Table, inserts: Sequence[Insert]) -> None:
        rows = [told(table.complete(insert.values)) for insert in inserts]
        columns = [table.column(name) for name in rows[0]]
        returning = f" RETURNING {table.key.quoted}" if self.engine.has_returning else ""
        if self._takes_arrays(table) and len(rows) > 1:
            names = ", ".join(column.quoted for column in columns)
            self._insert_arrays(
                table,
                columns,
                rows,
                f"SELECT {names} FROM {_unnest(columns, counted=True)} ORDER BY {PLACE}{returning}",
            )
        else:
            self._insert_values(table, columns, rows, returning)
        for insert, pk in zip(inserts, self._new_ids(len(inserts)), strict=True):
            insert.id.value = pk

    def _insert_arrays(
        self, table: Table, columns: Sequence[Column], rows: Sequence[Values], select: str
    ) -> None:
        self.cursor.execute(
            f"{_into(table, columns)} {select}",
            [
                column.array([row[column.attname] for row in rows], self.connection)
                for column in columns
            ],
        )

    def _insert_values(
        self,
        table: Table,
        columns: Sequence[Column],
        rows: Sequence[Values],
        returning: str = "",
    ) -> None:
        marks = f"({', '.join(['%s'] * len(columns))})"
        self.cursor.execute(
            f"{_into(table, columns)} VALUES {', '.join([marks] * len(rows))}{returning}",
            [value for row in self._parameters(columns, rows) for value in row],
        )

    def _parameters(self, columns: Sequence[Column], rows: Sequence[Values]) -> list[list[Any]]:
        return [
            [column.to_database(row[column.attname], self.connection) for column in columns]
            for row in rows
        ]

    def _new_ids(self, count: int) -> list[int]:
        if self.engine.has_returning:
            return [row[0] for row in self.cursor.fetchall()]
        first = self.cursor.lastrowid
        return list(range(first, first + count))

    def _value(self, table: Table, attname: str, value: Any) -> Any:
        return table.column(attname).to_database(value, self.connection)

    def _execute(self, sql: str, parameters: Sequence[Any], *, rows: int) -> None:
        # Each answer that comes later needs a cursor to come to.
        cursor = self.engine.cursor(self.connection) if self.pipelined else self.cursor
        cursor.execute(sql, parameters)
        self._expect(cursor, sql, rows)

    def _execute_each(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        if len(parameters) == 1:
            self._execute(sql, parameters[0], rows=1)
            return
        self.cursor.executemany(sql, parameters)
        self._expect(self.cursor, sql, len(parameters))

    def _expect(self, cursor: CursorWrapper, sql: str, rows: int) -> None:
        if self.pipelined:
            self._expected.append((cursor, sql, rows))
        else:
            self._check(cursor, sql, rows)

    def _check(self, cursor: CursorWrapper, sql: str, rows: int) -> None:
        if cursor.rowcount != rows:
            raise RowMoved(f"{cursor.rowcount} of {rows} rows: {sql.partition(' SET ')[0]}")


def _into(table: Table, columns: Sequence[Column]) -> str:
    return f"INSERT INTO {table.quoted} ({', '.join(column.quoted for column in columns)})"


def _unnest(columns: Sequence[Column], *, counted: bool = False) -> str:
    """Return arrays, one parameter a column, as the rows of a table.

    Args:
        counted: Tell the place of each row, too.
    """
    arrays = ", ".join(f"%s::{column.array_type}" for column in columns)
    names = ", ".join(column.quoted for column in columns)
    if counted:
        return f"unnest({arrays}) WITH ORDINALITY AS new({names}, {PLACE})"
    return f"unnest({arrays}) AS new({names})"
