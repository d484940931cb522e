"""Reads many rows as of one moment."""

import contextlib
import threading
from collections.abc import Iterator

from django.db import connections

from tradepost.engines import engine_of

_open = threading.local()


@contextlib.contextmanager
def snapshot(using: str = "default") -> Iterator[None]:
    """Run the block's queries on one snapshot of the database; its writes are rolled back.

    A nested snapshot uses the outer one. Inside Django's TestCase, the test's own transaction is
    used instead.
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
    """Return whether this thread has a snapshot open."""
    return using in _aliases()


def _aliases() -> set[str]:
    """Return the aliases with a snapshot open in this thread."""
    if not hasattr(_open, "aliases"):
        _open.aliases = set()
    aliases: set[str] = _open.aliases
    return aliases
