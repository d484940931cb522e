"""Many units as one: decided one after another, committed and answered together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tradepost.errors import Refusal
from tradepost.txn.unit import Changes, Json, Key, Rows, Unit


def combine(
    units: Sequence[Unit],
    *,
    act: str,
    key: Key | None,
    refused: Callable[[int, Refusal], Json],
) -> Unit:
    """Return the unit that decides others in their order, each over what those before it left.

    Its answer is the list of theirs.

    Args:
        units: Without keys of their own, and without callbacks.
        act: What the whole is called.
        key: Of the whole.
        refused: Makes the answer of the one at this place, which leaves no trace; or raises what
            refuses the whole.
    """

    def decide(rows: Rows) -> Changes:
        scratch = rows.scratch()
        answers = []
        for place, unit in enumerate(units):
            try:
                changes = unit.decide(scratch.rows(unit.locks))
            except Refusal as refusal:
                answers.append(refused(place, refusal))
                continue
            scratch.apply(changes)
            answers.append(changes.answer)
        return scratch.changes(answers)

    return Unit(
        locks=tuple(dict.fromkeys(lock for unit in units for lock in unit.locks)),
        decide=decide,
        act=act,
        terms=[[unit.act, *unit.terms] for unit in units],
        key=key,
    )
