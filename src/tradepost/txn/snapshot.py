"""Reading many rows as of one moment."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from django.db import connections

from tradepost.engines import engine_of

_open = threading.local()


@contextlib.contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """Let every query in the block see the same state of the database; no write in it stays.

    One inside another sees the outer one's. Inside Django's TestCase the test's own transaction
    has to do.
    """
    connection = connections[using]
    if connection.in_atomic_block or is_open(using):
        yield
        return
    opening, closing = engine_of(connection).snapshot
    with connection.cursor() as cursor:
        for statement in opening:
            cursor.execute(statement)
        _aliases().add(using)
        try:
            yield
        finally:
            _aliases().discard(using)
            cursor.execute(closing)


def is_open(using: str) -> bool:
    """Say whether this thread is inside a snapshot of its own."""
    return using in _aliases()


def _aliases() -> set[str]:
    """Return the aliases with a snapshot open in this thread."""
    if not hasattr(_open, "aliases"):
        _open.aliases = set()
    aliases: set[str] = _open.aliases
    return aliases
