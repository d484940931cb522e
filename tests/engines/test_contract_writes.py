"""How each engine's dialect speaks to the server, tried on the live one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.toy.models import Account
from tests.toy.sent import Statement, sent
from tests.toy.units import add, open_many
from tradepost import txn
from tradepost.engines import Engine
from tradepost.engines.statements import LockMode
from tradepost.engines.statements import Statement as Sendable
from tradepost.engines.tables import table_of
from tradepost.txn import group

# What a statement that writes three rows looks like, by the dialect's class.
FORMS: dict[str, Callable[[Statement], bool]] = {
    "PostgreSQL": lambda sent: "unnest(" in sent.sql,
    "MySQL": lambda sent: "CASE" in sent.sql or sent.sql.count("), (") == 2,
    "SQLite": lambda sent: len(sent.parameters) == 3 and isinstance(sent.parameters[0], list),
}
INSERT = "INSERT INTO toy_account (name, balance, note_count) VALUES (%s, %s, 0)"


def test_many_rows_are_written_at_once_as_the_dialect_does(
    committed: None, engine: Engine, keys: Callable[[], txn.Key]
) -> None:
    """The server takes that form, and writes the rows that were meant."""
    pks = txn.execute(open_many(["a", "b", "c"])).answer

    with sent() as statements:
        results = group.execute_group([add(pk, 10 * pk, keys()) for pk in pks])

    written = [one for one in statements if one.verb in ("UPDATE", "INSERT")]
    form = FORMS[type(engine.speak(connection)).__name__]
    assert [form(one) for one in written] == [True, True]
    assert results == [txn.Outcome(place + 10 * pk) for place, pk in enumerate(pks)]
    assert list(Account.objects.order_by("pk").values_list("balance", flat=True)) == [
        place + 10 * pk for place, pk in enumerate(pks)
    ]


@pytest.mark.django_db
def test_a_dialect_returns_rows_and_errors_as_django_does(engine: Engine) -> None:
    """The same values, the same classes of errors, and nothing passes by Django's wrappers."""
    noon = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)
    Account.objects.create(name="Łukasz 🪙", balance=2**53, changed_at=noon)
    select = "SELECT name, balance, note_count, changed_at FROM toy_account WHERE balance = %s"
    with connection.cursor() as cursor:
        cursor.execute(select, [2**53])
        expected = cursor.fetchall()

    with sent() as statements:
        dialect = engine.speak(connection)
        [result] = dialect.run([Sendable(select, [2**53], waits=False)])
        with pytest.raises(IntegrityError), transaction.atomic():
            dialect.run([Sendable(INSERT, ["Łukasz 🪙", 1])])

    assert [tuple(row) for row in result.rows] == [tuple(row) for row in expected]
    assert [one.verb for one in statements if "toy_account" in one.sql] == ["SELECT", "INSERT"]


def test_statements_are_done_in_their_order_and_the_one_that_failed_is_known(
    committed: None, engine: Engine
) -> None:
    """Nothing behind it is done, and nothing before it stays once the transaction is over."""
    good = [Sendable(INSERT, ["a", 1]), Sendable("UPDATE toy_account SET balance = balance + 1")]
    with transaction.atomic():
        inserted, updated = engine.speak(connection).run(good)
    assert (inserted.count, updated.count) == (1, 1)

    bad = [Sendable(INSERT, [name, 1]) for name in ("b", "a", "c", "a")]
    dialect = engine.speak(connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        dialect.run(bad)
    assert dialect.current is bad[1]
    assert list(Account.objects.values_list("name", "balance")) == [("a", 2)]


def test_the_time_is_the_databases_and_aware(committed: None, engine: Engine) -> None:
    """With a zone and microseconds, and it goes on between two statements of a transaction."""
    before = datetime.now(UTC)
    times = []
    table = table_of(Account, "default")
    with transaction.atomic():
        dialect = engine.speak(connection)
        for _ in range(2):
            statements = dialect.look_up(table, [table.key, table.column("name")], [1, 2])
            times.append(dialect.looked_up(dialect.run(statements))[0])
    assert times[0].tzinfo is UTC
    assert times[0] < times[1]
    assert {time.microsecond % 1000 for time in times} != {0}
    # The servers of the tests run on this machine.
    assert abs(times[0] - before) < timedelta(seconds=60)


@pytest.mark.parametrize("count", [1, 2, 1200])
def test_rows_that_are_looked_up_are_found_and_others_are_not(
    committed: None, engine: Engine, count: int
) -> None:
    """However many are asked for, in whichever statements."""
    Account.objects.bulk_create(Account(name=f"a-{place}") for place in range(3))
    pks = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    table = table_of(Account, "default")
    asked = [*pks[:2], *range(10**9, 10**9 + count)][-count - 1 :]
    dialect = engine.speak(connection)
    statements = dialect.look_up(table, [table.key, table.column("name")], asked)
    _, rows = dialect.looked_up(dialect.run(statements))
    assert sorted(pk for pk, _ in rows) == sorted(set(asked) & set(pks))


def test_rows_that_are_missing_are_not_taken_for_locked_ones(
    committed: None, engine: Engine
) -> None:
    """What is available is locked and read; what is not there is neither."""
    pk = Account.objects.create(name="there", balance=7).pk
    table = table_of(Account, "default")
    with transaction.atomic():
        dialect = engine.speak(connection, 0.1)
        locked = dialect.lock({table: [pk, pk + 1]}, [], LockMode.AVAILABLE)
    assert [table.read(row, connection).balance for row in locked.rows[table]] == [7]
    assert set(locked.blocked.get(table, ())) == set()
