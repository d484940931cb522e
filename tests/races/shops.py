"""What the races of the shop share: units of its services, and moments to act at."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.execution import COMMITTER, WAYS
from tests.shop.actors import ACTOR
from tests.toy.rivals import Holder, elsewhere
from tradepost import txn
from tradepost.shop import lines, orders
from tradepost.shop.lines import Snapshot
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.txn import rebuilding

# Groups of one, and of as many as come together.
every_way = pytest.mark.parametrize("way", [*WAYS, COMMITTER], indirect=True)
Together = Callable[[Sequence[Callable[[], Any]]], list[Any]]


def order_of(buyer: int | str, *requested: tuple[Any, ...]) -> txn.Unit:
    """Return the unit that places an order."""
    named = Buyer(id=buyer) if isinstance(buyer, int) else Buyer(username=buyer)
    return orders.unit(named, [LineRequest(*one) for one in requested], actor=ACTOR)


def unit_of(call: Callable[[], object]) -> txn.Unit:
    """Return the unit that a service would execute."""
    units: list[txn.Unit] = []

    def note(unit: txn.Unit, **_: Any) -> txn.Outcome:
        units.append(unit)
        return txn.Outcome({})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(txn, "execute", note)
        patch.setattr(rebuilding, "execute", note)
        call()
    (unit,) = units
    return unit


def counted(results: Sequence[Any]) -> dict[type, int]:
    """Return how many results there are of each type."""
    return dict(Counter(type(result) for result in results))


def releasing(holder: Holder) -> Callable[..., Any]:
    """Return an execute wrapper that lets the holder go once this thread is about to wait."""

    def wrapper(execute: Any, *statement: Any) -> Any:
        holder.release()
        return execute(*statement)

    return wrapper


class Overtaking:
    """A rival that acts after an order's lines were read, and before its rows are locked.

    Args:
        times: How often it does.
        checked: Control: if off, a unit takes the lines that it read for the current ones.

    Attributes:
        reads: How often this thread read lines.
        results: The rival's result, each time.
    """

    def __init__(
        self, rival: Callable[[], object], *, times: int = 1, checked: bool = True
    ) -> None:
        self.reads = 0
        self.results: list[Any] = []
        self._rival = rival
        self._times = times
        self._checked = checked
        self._thread = threading.current_thread()
        self._read = lines.read

    def read(self, order_id: int, using: str) -> Snapshot:
        """Read lines, and let the rival act."""
        read = self._read(order_id, using)
        if threading.current_thread() is not self._thread:
            return read
        self.reads += 1
        if self.reads <= self._times:
            self.results.append(elsewhere(self._rival))
        if self._checked:
            return read
        return replace(read, lines_version=self._read(order_id, using).lines_version)
