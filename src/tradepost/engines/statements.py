"""Statements sent to a database in a transaction, and their results."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tradepost.engines.tables import Table

T = TypeVar("T")
# Values by attribute name.
Values = Mapping[str, Any]
# Primary keys, each with its row's new values.
Changed = Sequence[tuple[Any, Values]]
# By table, the primary keys of the rows to lock, in the order in which to lock them.
Wanted = Mapping[Table, Sequence[Any]]


class LockMode(enum.Enum):
    """How reading rows treats locks."""

    # Take no lock.
    READ = "read"
    # Wait for rows that are locked.
    WAIT = "wait"
    # Skip rows that are locked.
    AVAILABLE = "available"


@dataclass(slots=True, eq=False)
class Statement:
    """One statement to send.

    Attributes:
        parameters: Its values; with ``many``, the values of each row.
        rows: How many rows it must change; None if that does not matter.
        many: Whether the driver runs it once for each row.
        waits: Whether it may wait for a lock.
    """

    sql: str
    parameters: Sequence[Any] = ()
    rows: int | None = None
    many: bool = False
    waits: bool = True


@dataclass(slots=True)
class Result:
    """The result of a statement.

    Attributes:
        rows: The rows it returned.
        count: How many rows it changed or returned.
        last_id: The id that the driver reports for an INSERT, if any.
    """

    rows: Sequence[tuple[Any, ...]]
    count: int
    last_id: Any = None


@dataclass(slots=True)
class Locked:
    """The result of locking rows.

    Attributes:
        rows: By table, the rows found, as the driver returned them.
        behind: The results of the statements sent behind the locks.
        blocked: By table, primary keys of rows that another transaction has locked.
    """

    rows: Mapping[Table, Sequence[tuple[Any, ...]]]
    behind: Sequence[Result]
    blocked: Mapping[Table, set[Any]] = field(default_factory=dict)


def batched(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Split a sequence into parts of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
