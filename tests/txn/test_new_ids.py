"""Rows of several tables that hold each other's new ids, in one unit and in one group."""

from __future__ import annotations

from typing import Any

import pytest

from tests.toy.acts import toy_act
from tests.toy.models import Account, Badge, Note
from tests.toy.state import unchanged
from tests.toy.units import add
from tests.txn.groups import SEPARATELY, finished, kinds
from tradepost import txn
from tradepost.txn import group

pytestmark = pytest.mark.usefixtures("committed")


def inserting(*inserts: txn.Insert) -> txn.Unit:
    """Return a unit that adds rows, and answers their ids."""
    answer = txn.Deferred(lambda: [insert.id.value for insert in inserts])
    return txn.Unit(
        locks=(),
        decide=lambda _: txn.Changes(answer=answer, inserts=inserts),
        act=toy_act("insert"),
        terms=(),
    )


def noted(pk: Any, text: str) -> txn.Insert:
    return txn.Insert(Note, {"account": pk, "text": text})


def opened(name: str, **values: Any) -> txn.Insert:
    return txn.Insert(Account, {"name": name, **values})


def badge(pk: Any, **values: Any) -> txn.Insert:
    return txn.Insert(Badge, {"account_id": pk, "is_gold": True, **values})


def notes() -> dict[str, int]:
    return dict(Note.objects.values_list("text", "account"))


def test_a_table_whose_rows_hold_ids_of_another_is_written_after_it() -> None:
    """Also where an earlier unit of the group has a row in it that holds none."""
    there = Account.objects.create(name="there").pk
    new = opened("new")
    first, second = inserting(noted(there, "first")), inserting(new, noted(new.id, "second"))

    one, two = group.execute_group([first, second])

    assert isinstance(one, txn.Outcome)
    assert isinstance(two, txn.Outcome)
    made = Account.objects.get(name="new").pk
    assert (two.answer[0], notes()) == (made, {"first": there, "second": made})
    assert dict(Note.objects.values_list("pk", "text")) == {
        one.answer[0]: "first",
        two.answer[1]: "second",
    }


def test_tables_are_written_in_whatever_order_their_rows_need() -> None:
    """Three of them, each row named before those that it holds."""
    there = Account.objects.create(name="there").pk
    new = opened("new")
    note = noted(new.id, "of new")
    worn = badge(new.id, note_id=note.id)
    units = [inserting(badge(there)), inserting(noted(there, "there")), inserting(worn, note, new)]

    results = group.execute_group(units)

    assert SEPARATELY not in results
    made = Account.objects.get(name="new").pk
    (of_new,) = Note.objects.filter(text="of new").values_list("pk", "account")
    assert of_new[1] == made
    assert list(Badge.objects.order_by("note_id").values_list("account_id", "note_id")) in (
        [(there, None), (made, of_new[0])],
        [(made, of_new[0]), (there, None)],
    )


def test_many_rows_get_the_ids_that_were_given_to_the_rows_that_they_hold() -> None:
    """Fifty accounts, and a note about each, from as many units."""
    new = [opened(f"new {place:02}") for place in range(50)]
    units = [inserting(one, noted(one.id, one.values["name"])) for one in new]

    results = group.execute_group(units)

    names = dict(Account.objects.values_list("name", "pk"))
    assert (len(names), notes()) == (50, names)
    told = [result.answer[0] for result in results if isinstance(result, txn.Outcome)]
    assert told == [names[f"new {place:02}"] for place in range(50)]


def circle() -> txn.Unit:
    """Return a unit whose rows of two tables hold each other's ids."""
    new, note = opened("new"), txn.Insert(Note, {"text": "of new"})
    new.values["balance"], note.values["account"] = note.id, new.id
    return inserting(new, note)


def own() -> txn.Unit:
    """Return a unit with a row that holds its own id."""
    note = txn.Insert(Note, {"text": "own"})
    note.values["account"] = note.id
    return inserting(note)


@pytest.mark.parametrize("unit", [circle(), own()], ids=["two tables", "one row"])
def test_rows_that_wait_for_each_other_are_a_mistake_that_changes_nothing(unit: txn.Unit) -> None:
    """Nothing can be written first; the tables are named."""
    with unchanged(), pytest.raises(TypeError, match=r"wait for each other's ids: .*toy_note"):
        txn.execute(unit)


def test_rows_that_wait_for_each_other_fail_their_unit_and_no_other() -> None:
    """The group falls apart, and the others are executed by themselves."""
    a = Account.objects.create(name="a").pk

    results = kinds(finished([add(a, 1), circle(), inserting(noted(a, "after"))]))

    assert results[:2] == [txn.Outcome(1), TypeError]
    assert isinstance(results[2], txn.Outcome)
    assert list(Account.objects.values_list("name", "balance")) == [("a", 1)]
    assert notes() == {"after": a}


def test_a_row_that_the_group_has_made_can_be_updated_by_the_next_unit() -> None:
    """Before it is written at all, and whatever holds its id."""
    lock = txn.RowLock(Account, "new", field="name")

    def feed(rows: txn.Rows) -> txn.Changes:
        row = rows.get(lock)
        if row is None:
            new = opened("new", balance=1)
            answer = txn.Deferred(lambda: new.id.value)
            return txn.Changes(answer=answer, inserts=(noted(new.id, "made"), new))
        more = txn.Update(lock, {"balance": row.balance + 1})
        answer = txn.Deferred(lambda: txn.known_id(row.id))
        return txn.Changes(answer=answer, updates=(more,), inserts=(noted(row.id, "fed"),))

    unit = txn.Unit(locks=(lock,), decide=feed, act=toy_act("feed"), terms=())

    results = group.execute_group([unit, unit])

    (made,) = Account.objects.values_list("pk", "balance")
    assert (results, made[1]) == ([txn.Outcome(made[0])] * 2, 2)
    assert notes() == {"made": made[0], "fed": made[0]}
    assert txn.execute(add(made[0], 1)).answer == 3
