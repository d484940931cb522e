"""Emptying the database after a test that commits: only of what is in it.

Django empties every table, and on some engines by TRUNCATE, which costs more for each empty table
than a DELETE of the few rows that a test leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

TRUNCATE = "TRUNCATE"


def flush_what_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django's flush pass over empty tables."""
    ops = type(connection.ops)
    flush = ops.sql_flush

    def sql_flush(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        if options.get("reset_sequences"):
            # Where ids are to start again, empty tables count, too.
            return list(flush(self, style, tables, **options))
        filled = _filled(self, tables)
        if not filled:
            return []
        statements: list[str] = flush(self, style, filled, **options)
        if any(TRUNCATE in one for one in statements):
            return [f"DELETE FROM {self.quote_name(table)}" for table in filled]
        return statements

    monkeypatch.setattr(ops, "sql_flush", sql_flush)


def _filled(ops: Any, tables: Sequence[str]) -> list[str]:
    if not tables:
        return []
    asked = ", ".join(f"EXISTS(SELECT 1 FROM {ops.quote_name(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        found = cursor.fetchone()
    return [table for table, is_filled in zip(tables, found, strict=True) if is_filled]
