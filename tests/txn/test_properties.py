"""Any list of units, executed on the engine under test, against the naive book-keeper."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from tests.toy.models import Account, Note
from tests.txn.bookkeeper import NOBODY, UNITS, Book, BookKeeper
from tradepost import txn
from tradepost.errors import Refusal
from tradepost.txn.models import Receipt

SEED = int(os.environ.get("TRADEPOST_TEST_SEED", "20240229"))
NAMES = st.sampled_from(["anna", "bert", "cleo", "dora"])
# Which of the accounts there ever were; the last place is an id that no account has.
PLACES = st.integers(0, 5)
AMOUNTS = st.integers(0, 12)

REQUESTS = st.lists(
    st.tuples(
        st.one_of(
            st.tuples(st.just("pay"), PLACES, NAMES, AMOUNTS),
            st.tuples(st.just("rename"), PLACES, NAMES),
            st.tuples(st.just("get or create"), NAMES, AMOUNTS),
            st.tuples(st.just("add note"), PLACES, st.integers(1, 2)),
            st.tuples(st.just("remove"), PLACES),
        ),
        st.sampled_from([None, None, "key-1", "key-2"]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=20,
)


@pytest.mark.usefixtures("committed")
@seed(SEED)
@settings(
    max_examples=100,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(REQUESTS)
def test_any_list_of_units_answers_and_leaves_what_the_book_keeper_says(
    requests: list[tuple[Any, str | None, bool]],
) -> None:
    """Each answer or refusal is the same, and in the end so is every row."""
    note(f"TRADEPOST_TEST_SEED={SEED}")
    keeper, pks = fresh()
    for (act, *terms), key, dry_run in requests:
        if act != "get or create":
            terms[0] = pks[terms[0]] if terms[0] < len(pks) else NOBODY
        expected = keeper.ask(act, tuple(terms), key, dry_run=dry_run)
        found = told(act, terms, key, dry_run=dry_run)
        if NOBODY in keeper.accounts:
            pk = found.answer["id"]
            assert found == txn.Outcome({"id": pk, "made": True})
            keeper.adopt(pk)
            pks.append(pk)
            if key in keeper.receipts:
                keeper.receipts[key] = ((act, tuple(terms)), found.answer)
        else:
            assert found == expected
    assert rows() == books(keeper)


def fresh() -> tuple[BookKeeper, list[int]]:
    """Empty the tables, and give the database and the book-keeper the same two accounts."""
    for model in (Account, Note, Receipt):
        model.objects.all().delete()
    keeper = BookKeeper()
    for name in ("anna", "bert"):
        row = Account.objects.create(name=name, balance=10)
        keeper.accounts[row.pk] = Book(name, 10)
    return keeper, list(keeper.accounts)


def told(act: str, terms: list[Any], key: str | None, *, dry_run: bool) -> Any:
    """Execute a unit, and return its outcome or the type of its refusal."""
    unit = UNITS[act](*terms)
    if key:
        unit = dataclasses.replace(unit, key=txn.Key("tester", key))
    try:
        return txn.execute(unit, dry_run=dry_run)
    except Refusal as refusal:
        return type(refusal)


def rows() -> Any:
    """Read every row."""
    return (
        sorted(Account.objects.values_list("pk", "name", "balance", "note_count")),
        list(Note.objects.order_by("pk").values_list("account", "text")),
        {receipt.key: receipt.answer for receipt in Receipt.objects.all()},
    )


def books(keeper: BookKeeper) -> Any:
    """Return the book-keeper's idea of every row."""
    return (
        sorted((pk, book.name, book.balance, book.notes) for pk, book in keeper.accounts.items()),
        keeper.notes,
        {key: answer for key, (_, answer) in keeper.receipts.items()},
    )
