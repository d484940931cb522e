"""Units whose locks depend on data: built from a plain read, and again if that is stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, Unpack

from tradepost.txn.errors import StaleRead
from tradepost.txn.execution import execute
from tradepost.txn.unit import CallOptions, Outcome, Unit

A = TypeVar("A")

# Each of them means that another transaction committed between the read and the locks.
BUILDS_MAX = 16


def execute_rebuilding(build: Callable[[], Unit[A]], **options: Unpack[CallOptions]) -> Outcome[A]:
    """Execute what ``build`` makes, as often as its decision finds it `StaleRead`.

    Args:
        build: Reads which rows the unit depends on; its decision sees under the locks whether it
            still holds. The act, the terms and the key are the same every time.

    Raises:
        Busy: The read was stale 16 times in a row; nothing happened.
    """
    for _ in range(BUILDS_MAX - 1):
        try:
            return execute(build(), **options)
        except StaleRead:
            continue
    return execute(build(), **options)
