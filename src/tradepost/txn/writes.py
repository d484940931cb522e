"""Writes changes in as few statements and round trips as the engine allows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from tradepost.engines.dialects.base import Dialect
from tradepost.engines.statements import Result, Statement, batched
from tradepost.engines.tables import Table, table_of
from tradepost.txn.locks import RowMoved
from tradepost.txn.new_ids import in_order, with_ids
from tradepost.txn.unit import Insert
from tradepost.txn.workspace import Workspace

Values = dict[str, Any]


class Writer:
    """Writes a workspace's changes.

    Statements are collected and sent together, unless new ids must be known first.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._statements: list[Statement] = []

    def write(self, work: Workspace) -> None:
        """Delete, update and insert; rows whose ids the database assigns come first.

        Raises:
            RowMoved: A row no longer exists: its lock did not hold.
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
            for chunk in batched(inserts, self.dialect.counted_at_once(table)):
                self._insert_counted(table, chunk)
        for table, rows in known.items():
            added = [with_ids(row) for row in rows] if counted else rows
            self._statements += self.dialect.insert(table, added)

    def insert(self, model: type[Model], rows: Sequence[Values]) -> list[Statement]:
        """Queue the insert of rows with a value for every column; return its statements."""
        if not rows:
            return []
        statements = self.dialect.insert(table_of(model, self.dialect.connection.alias), rows)
        self._statements += statements
        return statements

    def flush(self) -> Sequence[Result]:
        """Send the collected statements, and return their results.

        Raises:
            RowMoved: A row no longer exists: its lock did not hold.
        """
        statements, self._statements = self._statements, []
        results = self.dialect.run(statements) if statements else []
        for statement, result in zip(statements, results, strict=True):
            self._check(statement, result)
        return results

    def _deletes(self, work: Workspace) -> None:
        by_table = defaultdict(list)
        for table, pk in work.deletes():
            by_table[table].append(pk)
        for table, pks in by_table.items():
            self._statements += self.dialect.delete(table, pks)

    def _updates(self, work: Workspace) -> None:
        alike = defaultdict(list)
        for table, pk, values in work.updates():
            alike[table, tuple(values)].append((pk, values))
        for (table, attnames), changes in alike.items():
            self._statements += self.dialect.update(table, attnames, changes)

    def _insert_counted(self, table: Table, inserts: Sequence[Insert]) -> None:
        rows = [with_ids(table.complete(insert.values)) for insert in inserts]
        self._statements.append(self.dialect.insert_returning_ids(table, rows))
        ids = self.dialect.new_ids(self.flush()[-1], len(inserts))
        for insert, pk in zip(inserts, ids, strict=True):
            insert.id.value = pk

    def _check(self, statement: Statement, result: Result) -> None:
        if statement.rows is not None and result.count != statement.rows:
            raise RowMoved(f"{result.count} of {statement.rows} rows were changed")
