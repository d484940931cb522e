"""What is sent to the database: every statement, whichever cursor it goes through."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection


class Statement(NamedTuple):
    """A statement as it was sent; many rows of one statement are one of these."""

    sql: str
    parameters: Any

    @property
    def verb(self) -> str:
        """Its first word."""
        return self.sql.split()[0]


@contextlib.contextmanager
def sent() -> Iterator[list[Statement]]:
    """List what this thread sends inside the block."""
    statements: list[Statement] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append(Statement(sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield statements
