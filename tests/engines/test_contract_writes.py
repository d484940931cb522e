"""How each engine says that units speak to it, tried on the live server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.toy.models import Account
from tests.toy.sent import Statement, sent
from tests.toy.units import add, open_many
from tradepost import txn
from tradepost.engines import Bulk, Engine
from tradepost.txn import group

# What a statement that writes three rows looks like.
FORMS: dict[Bulk, Callable[[Statement], bool]] = {
    Bulk.ARRAYS: lambda sent: "unnest(" in sent.sql,
    Bulk.VALUES: lambda sent: "CASE" in sent.sql or sent.sql.count("), (") == 2,
    Bulk.EACH: lambda sent: len(sent.parameters) == 3 and isinstance(sent.parameters[0], list),
}


def test_many_rows_are_written_at_once_as_the_engine_says(
    committed: None, engine: Engine, keys: Callable[[], txn.Key]
) -> None:
    """The server takes that form, and writes the rows that were meant."""
    pks = txn.execute(open_many(["a", "b", "c"])).answer

    with sent() as statements:
        results = group.execute_group([add(pk, 10 * pk, keys()) for pk in pks])

    written = [one for one in statements if one.verb in ("UPDATE", "INSERT")]
    assert [FORMS[engine.bulk](one) for one in written] == [True, True]
    assert results == [txn.Outcome(place + 10 * pk) for place, pk in enumerate(pks)]
    assert list(Account.objects.order_by("pk").values_list("balance", flat=True)) == [
        place + 10 * pk for place, pk in enumerate(pks)
    ]


@pytest.mark.django_db
def test_the_cursor_of_units_tells_rows_and_errors_as_djangos_does(engine: Engine) -> None:
    """The same values, the same classes of errors, and nothing passes by Django's wrappers."""
    Account.objects.create(name="Łukasz 🪙", balance=2**53, changed_at=None)
    select = "SELECT name, balance, note_count, changed_at FROM toy_account WHERE balance = %s"
    insert = "INSERT INTO toy_account (name, balance, note_count) VALUES (%s, %s, %s)"

    def ask(cursor_of: Callable[[], object]) -> object:
        with sent() as statements, cursor_of() as cursor:  # type: ignore[attr-defined]
            cursor.execute(select, [2**53])
            rows = cursor.fetchall()
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(insert, ["Łukasz 🪙", 1, 0])
        return rows, [one.sql for one in statements if "toy_account" in one.sql]

    assert ask(lambda: engine.cursor(connection)) == ask(connection.cursor)


def test_statements_in_a_pipeline_are_done_in_their_order(committed: None, engine: Engine) -> None:
    """And the error of one is told at the block's end, as Django's; nothing behind it is done."""
    if engine.pipeline is None:
        pytest.skip("its driver has no pipeline")
    insert = "INSERT INTO toy_account (name, balance, note_count) VALUES (%s, %s, 0)"
    with (
        transaction.atomic(),
        engine.cursor(connection) as cursor,
        engine.cursor(connection) as other,
    ):
        with engine.pipeline(connection):
            cursor.execute(insert, ["a", 1])
            other.execute("UPDATE toy_account SET balance = balance + 1")
            assert other.rowcount == -1
        assert other.rowcount == 1

    with (  # noqa: PT012 - the error is the block's
        pytest.raises(IntegrityError),
        transaction.atomic(),
        engine.cursor(connection) as cursor,
        engine.pipeline(connection),
    ):
        cursor.execute(insert, ["a", 1])
        cursor.execute(insert, ["b", 1])
    assert list(Account.objects.values_list("name", "balance")) == [("a", 2)]
