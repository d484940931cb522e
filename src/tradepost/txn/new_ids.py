"""Ids that the database assigns: which rows wait for them, and where they are filled in."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from tradepost.engines.tables import Table
from tradepost.txn.unit import Deferred, Insert, NewId

A = TypeVar("A")


def in_order(counted: dict[Table, list[Insert]]) -> Iterator[tuple[Table, list[Insert]]]:
    """Yield tables whose ids the database assigns, each after the tables its rows refer to.

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
    """Return whether the rows contain ids that are not known yet."""
    return any(
        isinstance(value, NewId) and value.value is None
        for insert in inserts
        for value in insert.values.values()
    )


def with_ids(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row's values with ids in place of `NewId` placeholders."""
    return {name: value.value if type(value) is NewId else value for name, value in values.items()}


def resolved(answer: A | Deferred[A]) -> A:
    """Return an answer; call it after the database has assigned all ids."""
    return answer.make() if isinstance(answer, Deferred) else answer
