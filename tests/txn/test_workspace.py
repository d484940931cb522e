"""The rows of one transaction in memory, after one decision and for the next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.toy.models import Account, Note
from tests.toy.units import account
from tradepost import txn
from tradepost.engines.tables import table_of
from tradepost.txn.workspace import UnitRows, Workspace

pytestmark = pytest.mark.once
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ONE, TWO = account(1), account(2)


def named(name: str) -> txn.RowLock:
    return txn.RowLock(Account, name, field="name")


def row(pk: Any, name: str, balance: int = 0) -> txn.Row:
    return table_of(Account, "default").row_type(pk, name, balance, 0, None)


@pytest.fixture
def work() -> Workspace:
    """A workspace with account 1, "one", under its id and its name; "two" is not there."""
    work = Workspace("default", NOON)
    for lock in (ONE, named("one")):
        work.place(lock, row(1, "one", 10))
    work.place(named("two"), None)
    return work


def apply(work: Workspace, **changes: Any) -> None:
    work.apply(txn.Changes(answer=None, **changes))


def updates(work: Workspace) -> list[tuple[str, Any, dict[str, Any]]]:
    return [(table.name, pk, values) for table, pk, values in work.updates()]


def deletes(work: Workspace) -> list[tuple[str, Any]]:
    return [(table.name, pk) for table, pk in work.deletes()]


def test_two_locks_that_name_one_row_are_one_row(work: Workspace) -> None:
    """The very same object is found by id and by name."""
    assert work.get(ONE) is work.get(named("one"))


def test_a_change_under_one_lock_is_seen_under_the_other(work: Workspace) -> None:
    """The next decision finds the new balance by name, and one update is to be written."""
    apply(work, updates=(txn.Update(ONE, {"balance": 7}),))
    assert work.get(named("one")) == row(1, "one", 7)
    assert updates(work) == [("toy_account", 1, {"balance": 7})]


def test_several_changes_of_one_row_are_one_update(work: Workspace) -> None:
    """The last value of each column is written, whichever lock brought it."""
    apply(work, updates=(txn.Update(ONE, {"balance": 7, "note_count": 1}),))
    apply(work, updates=(txn.Update(named("one"), {"balance": 5}),))
    assert updates(work) == [("toy_account", 1, {"balance": 5, "note_count": 1})]


def test_a_row_that_nobody_changed_is_not_written(work: Workspace) -> None:
    """Locking alone writes nothing."""
    apply(work)
    assert (updates(work), deletes(work), work.inserts) == ([], [], [])


def test_an_inserted_row_is_found_by_every_key_it_has(work: Workspace) -> None:
    """By the name that was missing before, and by an id that it brought itself."""
    work.place(TWO, None)
    apply(work, inserts=(txn.Insert(Account, {"id": 2, "name": "two", "balance": 3}),))
    assert work.get(named("two")) == row(2, "two", 3)
    assert work.get(TWO) is work.get(named("two"))


def test_an_inserted_row_has_an_id_to_come(work: Workspace) -> None:
    """Where the database counts, the next decision sees what stands for the id."""
    insert = txn.Insert(Account, {"name": "two"})
    apply(work, inserts=(insert,))
    assert work.get(named("two")).id is insert.id


def test_an_update_of_an_inserted_row_goes_into_its_insert(work: Workspace) -> None:
    """Nothing is updated that is yet to be written."""
    apply(work, inserts=(txn.Insert(Account, {"name": "two", "balance": 3}),))
    apply(work, updates=(txn.Update(named("two"), {"balance": 4}),))
    assert work.get(named("two")).balance == 4
    assert updates(work) == []
    assert [insert.values["balance"] for insert in work.inserts] == [4]


def test_an_inserted_row_that_is_deleted_is_never_written(work: Workspace) -> None:
    """Neither an insert nor a delete is left."""
    apply(work, inserts=(txn.Insert(Account, {"name": "two"}),))
    apply(work, deletes=(txn.Delete(named("two")),))
    assert (work.get(named("two")), work.inserts, deletes(work)) == (None, [], [])


def test_a_deleted_row_is_missing_under_every_lock(work: Workspace) -> None:
    """It is deleted once, and its changes before are not written."""
    apply(work, updates=(txn.Update(ONE, {"balance": 7}),))
    apply(work, deletes=(txn.Delete(named("one")),))
    assert (work.get(ONE), work.get(named("one"))) == (None, None)
    assert (deletes(work), updates(work)) == ([("toy_account", 1)], [])


def test_a_row_deleted_and_inserted_again_is_both(work: Workspace) -> None:
    """The old one is deleted, the new one inserted, and found by both keys."""
    apply(work, deletes=(txn.Delete(ONE),))
    apply(work, inserts=(txn.Insert(Account, {"id": 1, "name": "one", "balance": 3}),))
    assert (work.get(ONE), work.get(named("one"))) == (row(1, "one", 3), row(1, "one", 3))
    assert deletes(work) == [("toy_account", 1)]
    assert [insert.values["balance"] for insert in work.inserts] == [3]


def test_a_row_inserted_again_may_change_and_go_again(work: Workspace) -> None:
    """What is left of delete, insert, update and delete is one delete."""
    apply(work, deletes=(txn.Delete(ONE),))
    apply(work, inserts=(txn.Insert(Account, {"id": 1, "name": "one"}),))
    apply(work, updates=(txn.Update(ONE, {"balance": 9}),))
    assert work.get(named("one")).balance == 9
    apply(work, deletes=(txn.Delete(named("one")),))
    assert (deletes(work), updates(work), work.inserts) == ([("toy_account", 1)], [], [])


def test_a_renamed_row_is_found_by_its_new_name_and_not_by_the_old_one(work: Workspace) -> None:
    """Its id finds it all the same."""
    apply(work, updates=(txn.Update(ONE, {"name": "two"}),))
    assert work.get(named("one")) is None
    assert work.get(named("two")) == work.get(ONE) == row(1, "two", 10)


def test_a_name_given_up_may_be_taken_by_an_inserted_row(work: Workspace) -> None:
    """Both rows are there, each under its name."""
    apply(work, updates=(txn.Update(ONE, {"name": "two"}),))
    apply(work, inserts=(txn.Insert(Account, {"id": 3, "name": "one"}),))
    assert work.get(named("one")) == row(3, "one")
    assert work.get(named("two")) == row(1, "two", 10)


def test_rows_of_another_table_are_not_mixed_up(work: Workspace) -> None:
    """The same id in two tables is two rows."""
    note = txn.RowLock(Note, 1)
    work.place(note, None)
    apply(work, inserts=(txn.Insert(Note, {"id": 1, "account": 5, "text": "x"}),))
    assert (work.get(note).account, work.get(ONE)) == (5, row(1, "one", 10))


@pytest.mark.parametrize(
    ("locks", "missing"), [([ONE], False), ([ONE, TWO], True)], ids=["all there", "one missing"]
)
def test_a_workspace_knows_whether_a_row_was_missing(
    locks: list[txn.RowLock], missing: bool
) -> None:
    """That is what a refused insert may be explained by."""
    work = Workspace("default", NOON)
    for lock in locks:
        work.place(lock, row(1, "one") if lock == ONE else None)
    assert work.missing() is missing


def test_a_unit_sees_the_rows_it_named_and_no_others(work: Workspace) -> None:
    """A row that another unit of the same transaction named is not shown."""
    rows = UnitRows(work, [named("two")])
    assert (rows.get(named("two")), rows.now) == (None, NOON)
    with pytest.raises(LookupError, match="did not name"):
        rows.get(ONE)


def test_a_row_that_decisions_see_cannot_be_changed_in_place(work: Workspace) -> None:
    """Only the changes that a decision returns change anything."""
    with pytest.raises(AttributeError):
        work.get(ONE).balance = 5
