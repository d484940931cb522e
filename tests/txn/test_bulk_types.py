"""Foreign keys and booleans: written and read as they are, one row or many, on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.toy.acts import toy_act
from tests.toy.models import Badge
from tradepost import txn

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.driver]
COLUMNS = ("account_id", "note_id", "is_gold", "is_worn")
# Every combination, then many of one kind, as a column with one value is sent otherwise.
MIXED = [
    (account, note, gold, worn)
    for account in (1, 2**62)
    for note in (None, 7)
    for gold in (True, False)
    for worn in (True, False, None)
]
ALIKE = [(5, None, False, None)] * 30
KINDS = {
    "one": MIXED[:1],
    "two": MIXED[1:3],
    "mixed": MIXED,
    "alike": ALIKE,
    "all true": [(5, 6, True, True)] * 3,
    "thousand": MIXED * 42,
}


def write(rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Insert badges by one unit, and return their ids."""
    inserts = [txn.Insert(Badge, dict(zip(COLUMNS, row, strict=True))) for row in rows]
    ids = txn.Deferred(lambda: [one.id.value for one in inserts])
    unit = txn.Unit(
        locks=(),
        decide=lambda _: txn.Changes(answer=ids, inserts=inserts),
        act=toy_act("insert"),
        terms=(),
    )
    return list(txn.execute(unit).answer)


def locks(pks: Sequence[int]) -> list[txn.RowLock]:
    return [txn.RowLock(Badge, pk) for pk in pks]


def read(pks: Sequence[int]) -> list[Any]:
    """Return badges as a decision sees them."""
    seen: list[Any] = []

    def decide(rows: txn.Rows) -> txn.Changes:
        seen[:] = [rows.get(lock) for lock in locks(pks)]
        return txn.Changes(answer=None)

    txn.execute(txn.Unit(locks=locks(pks), decide=decide, act=toy_act("look"), terms=()))
    return [tuple(getattr(row, name) for name in COLUMNS) for row in seen]


def update(pks: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
    """Change badges by one unit."""
    updates = [txn.Update(lock, new) for lock, new in zip(locks(pks), values, strict=True)]
    unit = txn.Unit(
        locks=locks(pks),
        decide=lambda _: txn.Changes(answer=None, updates=updates),
        act=toy_act("update"),
        terms=(),
    )
    txn.execute(unit)


def stored() -> list[tuple[Any, ...]]:
    return list(Badge.objects.order_by("pk").values_list(*COLUMNS))


@pytest.mark.parametrize("rows", KINDS.values(), ids=KINDS.keys())
def test_rows_are_written_and_seen_as_they_are(rows: list[tuple[Any, ...]]) -> None:
    """Of the very same types: True is no 1."""
    pks = write(rows)

    assert (stored(), read(pks)) == (rows, rows)
    assert [[type(value) for value in row] for row in read(pks)] == [
        [type(value) for value in row] for row in rows
    ]


@pytest.mark.parametrize("count", [1, 2, len(MIXED)])
def test_rows_are_changed_one_by_one_and_in_bulk(count: int) -> None:
    """Each to what another one was."""
    pks = write(MIXED)
    turned = MIXED[::-1]
    new = [dict(zip(COLUMNS, row, strict=True)) for row in turned]

    update(pks[:count], new[:count])

    assert stored() == turned[:count] + MIXED[count:]


@pytest.mark.parametrize("name", ["is_gold", "is_worn", "note_id"])
def test_a_single_column_is_changed_in_bulk(name: str) -> None:
    """The others stay."""
    pks = write(MIXED)
    place = COLUMNS.index(name)
    values = [row[place] for row in MIXED[::-1]]

    update(pks, [{name: value} for value in values])

    assert stored() == [
        (*row[:place], value, *row[place + 1 :]) for row, value in zip(MIXED, values, strict=True)
    ]


def test_a_change_to_one_value_for_all_is_for_all() -> None:
    """Nothing, for every row."""
    pks = write(MIXED)

    update(pks, [{"note_id": None, "is_worn": None}] * len(pks))

    assert stored() == [(row[0], None, row[2], None) for row in MIXED]
