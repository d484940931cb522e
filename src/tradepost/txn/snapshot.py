"""Reading many rows as of one moment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connections

from tradepost.engines import engine_of


@contextlib.contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """Let every query in the block see the same state of the database; no write in it stays.

    Inside Django's TestCase the test's own transaction has to do.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    opening, closing = engine_of(connection).snapshot
    with connection.cursor() as cursor:
        for statement in opening:
            cursor.execute(statement)
        try:
            yield
        finally:
            cursor.execute(closing)
