"""Units whose locks depend on data: built from a plain read, and rebuilt if it is stale."""

from collections.abc import Callable
from typing import TypeVar, Unpack

from tradepost.txn.errors import StaleRead
from tradepost.txn.execution import execute
from tradepost.txn.unit import CallOptions, Outcome, Unit

A = TypeVar("A")

# Each rebuild means that another transaction committed between the read and the locks.
BUILDS_MAX = 16


def execute_rebuilding(build: Callable[[], Unit[A]], **options: Unpack[CallOptions]) -> Outcome[A]:
    """Execute the unit that ``build`` returns; rebuild it if it raises `StaleRead`.

    Args:
        build: Reads which rows the unit depends on; its decision must check under the locks that
            this is still true. The act, the terms and the key are the same every time.

    Raises:
        Busy: The read was stale 16 times in a row; nothing happened.
    """
    for _ in range(BUILDS_MAX - 1):
        try:
            return execute(build(), **options)
        except StaleRead:
            continue
    return execute(build(), **options)
