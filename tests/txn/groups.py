"""Groups made by hand, and the final result of each of their units."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from tests.toy.acts import toy_act
from tests.toy.models import Account
from tests.toy.rivals import QUICK
from tradepost import txn
from tradepost.txn import group
from tradepost.txn.apply import Result
from tradepost.txn.failure import RunSeparately

SEPARATELY = RunSeparately()


def finished(units: Sequence[txn.Unit]) -> list[Any]:
    """Execute a group and then, in their order, the units that are to run separately."""
    results = group.execute_group(units, policy=QUICK)
    return [conclude(unit, result) for unit, result in zip(units, results, strict=True)]


def conclude(unit: txn.Unit, result: Result) -> Any:
    """Return a unit's outcome or its error, as its caller gets it."""
    if not isinstance(result, RunSeparately):
        return result
    try:
        return group.execute_alone(unit, policy=QUICK, in_doubt=result.in_doubt)
    except Exception as error:
        return error


def kinds(results: Sequence[Any]) -> list[Any]:
    """Return the results with each error replaced by its type."""
    return [type(one) if isinstance(one, Exception) else one for one in results]


def noting(order: list[Any], mark: Any, unit: txn.Unit) -> txn.Unit:
    """Return the unit, made to note when it decides."""

    def decide(rows: txn.Rows) -> txn.Changes:
        order.append(mark)
        return unit.decide(rows)

    return dataclasses.replace(unit, decide=decide)


def deciding(unit: txn.Unit, decide: Any) -> txn.Unit:
    """Return the unit with another decision."""
    return dataclasses.replace(unit, decide=decide)


def insert(**values: Any) -> txn.Unit:
    """Return a unit that adds an account, and names no row."""
    return txn.Unit(
        locks=(),
        decide=lambda _: txn.Changes(answer=None, inserts=(txn.Insert(Account, values),)),
        act=toy_act("insert"),
        terms=(),
    )
