"""Writing what was decided, in as few statements as the engine allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from tradepost.engines import Engine
from tradepost.engines.defaults import STATEMENT_PARAMETERS
from tradepost.txn.locks import RowMoved, batched
from tradepost.txn.tables import Table
from tradepost.txn.unit import NewId
from tradepost.txn.workspace import PendingInsert, Workspace


class Writer:
    """Writes a workspace's changes through one cursor."""

    def __init__(self, cursor: CursorWrapper, engine: Engine) -> None:
        self.cursor = cursor
        self.connection = cursor.db
        self.engine = engine

    def write(self, work: Workspace) -> None:
        """Delete, update and insert; rows whose ids the database counts come first.

        Raises:
            RowMoved: A row was not there any more: its lock did not hold.
        """
        self._deletes(work)
        self._updates(work)
        counted: dict[Table, list[PendingInsert]] = defaultdict(list)
        known: dict[Table, list[PendingInsert]] = defaultdict(list)
        for insert in work.inserts:
            given = insert.table.pk is None or insert.table.pk.attname in insert.values
            (known if given else counted)[insert.table].append(insert)
        for inserts in (counted, known):
            for table, pending in inserts.items():
                size = max(1, STATEMENT_PARAMETERS // len(pending[0].values))
                for chunk in batched(pending, size):
                    self._insert(table, chunk)

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
            alike[table, tuple(sorted(values))].append((pk, values))
        for (table, attnames), changes in alike.items():
            for chunk in batched(changes, max(1, STATEMENT_PARAMETERS // (2 * len(attnames) + 1))):
                if len(chunk) == 1:
                    self._update_one(table, attnames, *chunk[0])
                else:
                    self._update_many(table, attnames, chunk)

    def _update_one(
        self, table: Table, attnames: Sequence[str], pk: Any, values: dict[str, Any]
    ) -> None:
        columns = [table.column(name) for name in attnames]
        sets = ", ".join(f"{column.quoted} = %s" for column in columns)
        parameters = [self._value(table, name, values[name]) for name in attnames]
        self._execute(
            f"UPDATE {table.quoted} SET {sets} WHERE {table.key.quoted} = %s",
            [*parameters, table.key.to_database(pk, self.connection)],
            rows=1,
        )

    def _update_many(
        self,
        table: Table,
        attnames: Sequence[str],
        changes: Sequence[tuple[Any, dict[str, Any]]],
    ) -> None:
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

    def _insert(self, table: Table, inserts: Sequence[PendingInsert]) -> None:
        attnames = tuple(inserts[0].values)
        columns = ", ".join(table.column(name).quoted for name in attnames)
        marks = f"({', '.join(['%s'] * len(attnames))})"
        sql = f"INSERT INTO {table.quoted} ({columns}) VALUES " + ", ".join([marks] * len(inserts))
        counts = table.pk is not None and table.pk.attname not in attnames
        if counts and table.pk and self.engine.has_returning:
            sql += f" RETURNING {table.pk.quoted}"
        parameters = [
            self._value(table, name, insert.values[name]) for insert in inserts for name in attnames
        ]
        self.cursor.execute(sql, parameters)
        if counts:
            for insert, pk in zip(inserts, self._new_ids(len(inserts)), strict=True):
                insert.id.value = pk

    def _new_ids(self, count: int) -> list[int]:
        if self.engine.has_returning:
            return [row[0] for row in self.cursor.fetchall()]
        first = self.cursor.lastrowid
        return list(range(first, first + count))

    def _value(self, table: Table, attname: str, value: Any) -> Any:
        if isinstance(value, NewId):
            value = value.value
        return table.column(attname).to_database(value, self.connection)

    def _execute(self, sql: str, parameters: Sequence[Any], *, rows: int) -> None:
        self.cursor.execute(sql, parameters)
        if self.cursor.rowcount != rows:
            raise RowMoved(f"{self.cursor.rowcount} of {rows} rows: {sql.partition(' SET ')[0]}")


def resolved(answer: Any) -> Any:
    """Return an answer with each `NewId` replaced by the id that the database gave."""
    if isinstance(answer, NewId):
        return answer.value
    if isinstance(answer, dict):
        return {name: resolved(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [resolved(value) for value in answer]
    return answer
