"""What migrations have to do differently."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import RunPython

from tradepost.engines import engine_of


def count_from_one(table: str, column: str = "id") -> RunPython:
    """Return the migration step that makes a new table's ids count 1, 2, 3 … on every engine."""

    def forwards(_apps: Any, editor: Any) -> None:
        for statement in engine_of(editor.connection).count_from_one:
            editor.execute(statement.format(table=table, column=column))

    # Not in a block of its own: Django refuses DDL there where it cannot roll back.
    return RunPython(forwards, RunPython.noop, atomic=False)
