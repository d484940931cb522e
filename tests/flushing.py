"""Empties the database quickly after a test that commits: only the tables that have rows.

Django empties every table, on some engines by TRUNCATE. For the few rows that a test leaves,
DELETE is faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

TRUNCATE = "TRUNCATE"


def skip_empty_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Django's flush skip empty tables."""
    ops = type(connection.ops)
    flush = ops.sql_flush

    def sql_flush(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        if options.get("reset_sequences"):
            # An empty table can have a sequence to reset.
            return list(flush(self, style, tables, **options))
        tables_with_rows = _with_rows(self, tables)
        if not tables_with_rows:
            return []
        statements: list[str] = flush(self, style, tables_with_rows, **options)
        if any(TRUNCATE in one for one in statements):
            return [f"DELETE FROM {self.quote_name(table)}" for table in tables_with_rows]
        return statements

    monkeypatch.setattr(ops, "sql_flush", sql_flush)


def _with_rows(ops: Any, tables: Sequence[str]) -> list[str]:
    if not tables:
        return []
    questions = ", ".join(f"EXISTS(SELECT 1 FROM {ops.quote_name(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {questions}")
        answers = cursor.fetchone()
    return [table for table, has_rows in zip(tables, answers, strict=True) if has_rows]
