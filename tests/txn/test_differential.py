"""Any mix of units gives the same, as one group, as one by one in that order."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from tests.toy.acts import toy_act
from tests.toy.models import Account, Note
from tests.toy.rivals import QUICK
from tests.toy.units import add, move, open_many, remove, withdraw
from tests.toy.units import rename as take_name
from tests.txn.bookkeeper import NOBODY, UNITS
from tests.txn.groups import SEPARATELY, conclude, deciding, finished
from tradepost import txn
from tradepost.txn import group
from tradepost.txn.decisions import Decisions
from tradepost.txn.models import Receipt

SEED = int(os.environ.get("TRADEPOST_TEST_SEED", "20240229"))
# Nothing that is drawn changes the first account's name, nor anything else of the second: when
# that takes the other's name, it is refused whatever comes behind it in its group.
ANCHOR, TAKER = "anchor", "taker"
BALANCES = {ANCHOR: 1, TAKER: 0, "anna": 10, "bert": 0, "cleo": 3}
# Which of the others; the last place is an id that no account has.
PLACES = st.integers(2, len(BALANCES))
NAMES = st.sampled_from(["anna", "bert", "cleo", "dora", "many-1", ANCHOR])
OTHERS = st.sampled_from(["anna", "bert", "cleo", "dora", "emil"])
AMOUNTS = st.integers(0, 12)
KEYS = st.sampled_from([None, None, "key-1", "key-2", "key-3"])


def broken(pk: int) -> txn.Unit:
    """A decision with a mistake in it."""
    return deciding(add(pk, 1), lambda rows: txn.Changes(answer=1 // 0))


def no_json(pk: int) -> txn.Unit:
    """An answer that no receipt can hold."""
    return deciding(
        add(pk, 1), lambda rows: dataclasses.replace(add(pk, 1).decide(rows), answer={1})
    )


MAKERS: dict[str, Callable[..., txn.Unit]] = {
    **UNITS,
    "add": add,
    "move": move,
    "withdraw": withdraw,
    "take the anchor's name": lambda pk: take_name(pk, ANCHOR),
    "open many": lambda count: open_many([f"many-{n}" for n in range(count)]),
    "delete": remove,
    "broken": broken,
    "no JSON": no_json,
}
# Acts whose first terms are places.
ON_ONE = {"pay", "rename", "add note", "remove", "add", "delete", "broken", "no JSON"}
PLACED = dict.fromkeys(ON_ONE | {"take the anchor's name"}, 1) | {"move": 2, "withdraw": 2}

REQUESTS = st.lists(
    st.tuples(
        st.one_of(
            st.tuples(st.just("pay"), PLACES, NAMES, AMOUNTS),
            st.tuples(st.just("rename"), PLACES, OTHERS),
            st.tuples(st.just("get or create"), OTHERS, AMOUNTS),
            st.tuples(st.just("add note"), PLACES, st.integers(1, 2)),
            st.tuples(st.sampled_from(["remove", "delete", "broken"]), PLACES),
            st.tuples(st.just("no JSON"), PLACES),
            st.tuples(st.just("take the anchor's name"), st.sampled_from([1, len(BALANCES)])),
            st.tuples(st.just("open many"), st.integers(0, 3)),
            st.tuples(st.just("add"), PLACES, AMOUNTS),
            st.tuples(st.just("move"), PLACES, PLACES, AMOUNTS),
            st.tuples(st.just("withdraw"), PLACES, PLACES, AMOUNTS, AMOUNTS),
        ),
        KEYS,
    ),
    min_size=1,
    max_size=14,
)
Requests = Sequence[tuple[tuple[Any, ...], str | None]]


@pytest.fixture
def way() -> str:
    """This compares both ways."""
    return "both"


class Names:
    """Gives ids names: of the accounts there were, and of new ones as they are first seen."""

    def __init__(self, pks: Sequence[int]) -> None:
        self._numbers = itertools.count()
        self._names = {pk: f"place {place}" for place, pk in enumerate(pks)}

    def of(self, pk: int) -> str:
        """Return an id's name."""
        if pk not in self._names:
            self._names[pk] = f"new {next(self._numbers)}"
        return self._names[pk]

    def told(self, act: str, told: Any) -> Any:
        """Return what a unit was told, with names for ids; of an error, its type and facts."""
        if isinstance(told, Exception):
            return type(told), str(told) if isinstance(told, txn.KeyReused) else ""
        return dataclasses.replace(told, answer=self.answer(act, told.answer))

    def answer(self, act: str, answer: Any) -> Any:
        """Return an answer with names for ids."""
        if act == "get or create":
            return answer | {"id": self.of(answer["id"])}
        return [self.of(pk) for pk in answer] if act == "open many" else answer


def fresh() -> list[int]:
    """Empty the tables, make the accounts that there are at first, and return their ids."""
    for model in (Account, Note, Receipt):
        model.objects.all().delete()
    accounts = [Account.objects.create(name=name, balance=of) for name, of in BALANCES.items()]
    return [account.pk for account in accounts]


def units(requests: Requests, pks: Sequence[int]) -> list[txn.Unit]:
    """Make the units that were drawn, on accounts with these ids."""
    made = []
    for (act, *terms), key in requests:
        for place in range(PLACED.get(act, 0)):
            terms[place] = pks[terms[place]] if terms[place] < len(pks) else NOBODY
        unit = MAKERS[act](*terms)
        # Two acts may make the same unit; its request is what was drawn.
        unit = dataclasses.replace(unit, act=toy_act(act[:32]), terms=tuple(terms))
        made.append(dataclasses.replace(unit, key=txn.Key("tester", key)) if key else unit)
    return made


def effects(requests: Requests, execute: Callable[[list[txn.Unit]], list[Any]]) -> Any:
    """Execute what was drawn, and return what each was told and every row there is then."""
    pks = fresh()
    made = units(requests, pks)
    names = Names(pks)
    told = [names.told(unit.act.name, one) for unit, one in zip(made, execute(made), strict=True)]
    accounts = Account.objects.values_list("pk", "name", "balance", "note_count")
    return {
        "told": told,
        "accounts": sorted((names.of(pk), *values) for pk, *values in accounts),
        "notes": [(names.of(note.account), note.text) for note in Note.objects.order_by("pk")],
        "receipts": {
            receipt.key: (receipt.act, names.answer(receipt.act, receipt.answer))
            for receipt in Receipt.objects.all()
        },
    }


def one_by_one(made: list[txn.Unit]) -> list[Any]:
    """Execute each unit by itself."""
    return [conclude(unit, SEPARATELY) for unit in made]


@pytest.mark.usefixtures("committed")
@seed(SEED)
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(REQUESTS)
def test_any_mix_of_units_gives_the_same_as_a_group_as_one_by_one(requests: Requests) -> None:
    """Each is told the same, and in the end every row and every receipt is."""
    note(f"TRADEPOST_TEST_SEED={SEED}")
    assert effects(requests, finished) == effects(requests, one_by_one)


@pytest.mark.usefixtures("committed")
def test_a_group_that_forgets_what_was_decided_before_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Control: where each unit decides over the rows as they were loaded, the two differ."""
    requests: Requests = [(("add", 2, 1), None), (("add", 2, 2), "key-1")]
    assert effects(requests, finished) == effects(requests, one_by_one)
    decide = Decisions.decide

    def forgetful(self: Decisions, unit: txn.Unit) -> txn.Changes:
        for slot in self.work._by_key.values():
            slot.row = slot.row and slot.row._replace(balance=10)
        return decide(self, unit)

    one = effects(requests, one_by_one)
    monkeypatch.setattr(Decisions, "decide", forgetful)
    many = effects(requests, lambda made: list(group.execute_group(made, policy=QUICK)))
    assert (one["told"][1], many["told"][1]) == (txn.Outcome(13), txn.Outcome(12))


@pytest.mark.usefixtures("committed")
def test_most_of_what_is_drawn_is_settled_as_a_group() -> None:
    """Good, refused, broken and repeated units need no run of their own."""
    requests: Requests = [
        (("move", 2, 3, 3), "key-1"),
        (("move", 3, 4, 50), None),
        (("broken", 2), "key-2"),
        (("move", 2, 3, 3), "key-1"),
        (("get or create", "dora", 4), None),
        (("pay", 2, "dora", 2), "key-2"),
        (("add note", 4, 1), None),
    ]
    made = units(requests, fresh())
    assert SEPARATELY not in group.execute_group(made)
