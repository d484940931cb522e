"""Ids that the database gives: which rows wait for them, and where they are filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from tradepost.engines.tables import Table
from tradepost.txn.unit import Deferred, Insert, NewId

A = TypeVar("A")


def in_order(counted: dict[Table, list[Insert]]) -> Iterator[tuple[Table, list[Insert]]]:
    """Yield tables whose ids the database counts, each after those whose ids are in its rows.

    Raises:
        TypeError: Rows of two tables wait for each other's ids.
    """
    waiting = dict(counted)
    while waiting:
        ready = next((table for table, rows in waiting.items() if not _waits(rows)), None)
        if ready is None:
            names = ", ".join(sorted(table.name for table in waiting))
            raise TypeError(f"rows wait for each other's ids: {names}")
        yield ready, waiting.pop(ready)


def _waits(inserts: Sequence[Insert]) -> bool:
    """Say whether the rows hold ids that are not known yet."""
    return any(
        isinstance(value, NewId) and value.value is None
        for insert in inserts
        for value in insert.values.values()
    )


def with_ids(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the ids that were not known when it was decided."""
    return {name: value.value if type(value) is NewId else value for name, value in values.items()}


def resolved(answer: A | Deferred[A]) -> A:
    """Return an answer, once the database has given every id."""
    return answer.make() if isinstance(answer, Deferred) else answer
