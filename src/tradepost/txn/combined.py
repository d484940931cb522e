"""Combines units into one: decided in order, committed and answered together."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tradepost.errors import Refusal
from tradepost.txn.act import Act
from tradepost.txn.unit import Changes, Deferred, Key, Rows, Unit

T = TypeVar("T")
A = TypeVar("A")
E = TypeVar("E")
W = TypeVar("W")


def combine(
    units: Sequence[Unit[A]],
    *,
    act: Act[T, W],
    terms: T,
    key: Key | None,
    whole: Callable[[Sequence[A | E]], W],
    refused: Callable[[int, Refusal], E],
) -> Unit[W]:
    """Return a unit that decides others in order, each on the rows as the one before left them.

    Args:
        units: Without keys of their own, and without callbacks.
        act: The act of the combined unit.
        terms: Its terms.
        key: Its idempotency key.
        whole: Makes the answer from the parts' answers.
        refused: Makes the answer for the refused part at this position, which changes nothing; or
            raises, to refuse the whole.
    """

    def decide(rows: Rows) -> Changes[W]:
        scratch = rows.scratch()
        answers: list[A | Deferred[A] | E] = []
        for place, unit in enumerate(units):
            try:
                changes = unit.decide(scratch.rows(unit.locks))
            except Refusal as refusal:
                answers.append(refused(place, refusal))
                continue
            scratch.apply(changes)
            answers.append(changes.answer)

        def answer() -> W:
            return whole([one.make() if isinstance(one, Deferred) else one for one in answers])

        return scratch.changes(Deferred(answer))

    locks: dict[Any, None] = dict.fromkeys(lock for unit in units for lock in unit.locks)
    return Unit(locks=tuple(locks), decide=decide, act=act, terms=terms, key=key)
