"""Calls of services: who calls, under which key, and with which options."""

from collections.abc import Callable, Sequence
from typing import Any, Required, TypeVar, cast

from tradepost.txn.act import Act
from tradepost.txn.execution import execute
from tradepost.txn.unit import CallOptions, Changes, Key, Outcome, RowLock, Rows, Unit

T = TypeVar("T")
A = TypeVar("A")


class Call(CallOptions, total=False):
    """What every service takes besides its terms.

    Attributes:
        actor: Who calls; entries name them.
        key: The caller's idempotency key, or none.
    """

    actor: Required[str]
    key: Key | None


def options_of(call: Call) -> CallOptions:
    """Return what `execute` takes of a call."""
    own = {name: value for name, value in call.items() if name not in ("actor", "key")}
    return cast("CallOptions", own)


def perform(
    act: Act[T, A],
    terms: T,
    locks: Sequence[RowLock[Any]],
    decide: Callable[[Rows], Changes[A]],
    call: Call,
) -> Outcome[A]:
    """Execute the unit that carries out an act, and return its outcome."""
    unit = Unit(locks=locks, decide=decide, act=act, terms=terms, key=call.get("key"))
    return execute(unit, **options_of(call))
