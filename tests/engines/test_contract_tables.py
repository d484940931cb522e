"""What each engine says of tables, ids and constraints, tried on the live server."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, models
from django.db.models import options
from django.db.utils import Error
from django.test.utils import isolate_apps

from tests.engines import provoke
from tests.engines.conftest import settings_of
from tests.engines.recipe import Recipe, ServerModule
from tests.engines.sessions import Stage, error_of, registered
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, Phase
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.models import Player
from tradepost.txn.committer import forget_committers

Together = Callable[[Sequence[Callable[[], Any]]], list[Any]]
NOTES = "INSERT INTO toy_note (account, text) VALUES "


class Toy:
    """The Meta of a throwaway model."""

    app_label = "toy"


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """The alias of a database that was just made and migrated."""
    settings = copy.deepcopy(connection.settings_dict)
    usual = settings["NAME"]
    settings["TEST"]["NAME"] = f"{usual}_empty" if settings["HOST"] else str(tmp_path / "empty")
    with django_db_blocker.unblock(), registered("empty", settings) as alias:
        creation = connections[alias].creation
        creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield alias
        txn.stop_committers()
        forget_committers()
        creation.destroy_test_db(usual, verbosity=0)


def create(alias: str) -> int:
    """Create a player as the product does, and return the id."""
    new = NewPlayer(coins=100, goods=1)
    return int(players.create([new], actor="tester", using=alias).answer[0].id)


def is_refused(engine: Engine, stage: Stage, sql: str, *parameters: object) -> bool:
    """Say whether a constraint, or a column's type, refuses a statement."""
    try:
        stage.session().run(sql, *parameters)
    except Error as error:
        refused = engine.classify(error, Phase.BEFORE_COMMIT) is ErrorClass.CONSTRAINT
    else:
        return False
    assert refused
    return True


def test_players_count_from_one_whoever_creates_them(
    engine: Engine, empty: str, together: Together
) -> None:
    """Two workers in turn, then eight at once: no worker has ids of its own."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        in_turn = [pool.submit(create, empty).result() for pool in (one, other, one)]
        for pool in (one, other):
            pool.submit(connections.close_all).result()

    at_once = together([lambda: create(empty)] * 8)

    assert in_turn == [1, 2, 3]
    assert sorted(at_once) == list(range(4, 12))


def test_ids_go_on_after_the_server_was_restarted(
    engine: Engine, recipe: Recipe, servers: ServerModule, driver: str, django_db_blocker: Any
) -> None:
    """No id is given twice; a server that leases them may skip the rest of its lease."""
    with (
        django_db_blocker.unblock(),
        servers.start(durable=True) as server,
        registered("restarted", settings_of(server.url, engine, driver)) as alias,
    ):
        call_command("migrate", database=alias, verbosity=0)
        ids = [create(alias), create(alias)]
        connections[alias].close()

        server.restart()

        assert [*ids, create(alias)] == [1, 2, recipe.id_after_restart]


def test_what_makes_ids_count_is_given_where_they_do_not_by_themselves(engine: Engine) -> None:
    """As statements with a table and a column, or as options that the backend's models take."""
    for statement in engine.count_from_one:
        assert "{table}" in statement
        assert "{column}" in statement
    assert engine.counted_table_options.keys() <= set(options.DEFAULT_NAMES)


def test_returning_tells_new_ids_where_the_engine_says_so(
    engine: Engine, committed: None, stage: Stage
) -> None:
    """And is an error of syntax elsewhere."""
    session, sql = stage.session(), f"{NOTES} (1, 'a'), (1, 'b'), (1, 'c') RETURNING id"
    if engine.has_returning:
        told = [row[0] for row in session.run(sql)]
        assert told == [row[0] for row in session.run("SELECT id FROM toy_note ORDER BY text")]
    else:
        error = error_of(lambda: session.run(sql))
        assert engine.classify(error, Phase.BEFORE_COMMIT) is ErrorClass.BUG


def test_bulk_inserts_know_their_ids_while_others_insert(
    committed: None, together: Together
) -> None:
    """Told by RETURNING, or counted from the first id of the statement."""

    def work(worker: int) -> dict[int, str]:
        told = {}
        for place in range(5):
            names = [f"{worker}-{place}-{row}" for row in range(20)]
            new = [NewPlayer(coins=1, goods=1, name=name) for name in names]
            for one in players.create(new, actor="tester").answer:
                told[one.id] = one.name
        return told

    found: dict[int, str] = {}
    for told in together([partial(work, worker) for worker in range(6)]):
        found |= told

    assert found == dict(Player.objects.values_list("pk", "name"))
    assert len(found) == 6 * 5 * 20


def test_a_check_is_enforced_out_of_the_box_where_the_engine_says_so(
    engine: Engine, recipe: Recipe, stage: Stage
) -> None:
    """By the default of what decides it, where something does; else by trying."""
    if recipe.trust_sql:
        enforced = stage.session().value(recipe.trust_sql) == "ON"
    else:
        enforced = is_refused(engine, stage, provoke.SET_N.format("-1"), stage.one)

    assert enforced is engine.enforces_checks


def test_a_type_guards_zero_where_the_engine_says_so(engine: Engine, stage: Stage) -> None:
    """In a column of Django's positive type, without any CHECK."""
    sql = "UPDATE staged SET u = u - 1000 WHERE id = %s"

    assert is_refused(engine, stage, sql, stage.one) is engine.has_unsigned


def test_a_debit_that_is_covered_passes_beside_one_that_is_not(
    engine: Engine, stage: Stage
) -> None:
    """The bulk UPDATE of a unit: both rows in one CASE."""
    sql = "UPDATE staged SET u = u + CASE id WHEN %s THEN {} ELSE {} END WHERE id IN (%s, %s)"
    rows = (stage.one, stage.one, stage.two)

    refused = is_refused(engine, stage, sql.format(-1000, 1000), *rows)
    stage.session().run("UPDATE staged SET u = 10")
    stage.session().run(sql.format(-10, 10), *rows)

    assert refused is engine.has_unsigned
    assert stage.session().value("SELECT u FROM staged WHERE id = %s", stage.one) == 0
    assert stage.session().value("SELECT u FROM staged WHERE id = %s", stage.two) == 20


def test_no_player_falls_below_zero(engine: Engine, committed: None, stage: Stage) -> None:
    """Guarded by a CHECK, by the column's type, or by both."""
    player = Player.objects.create(coins=100, goods=1)
    sql = "UPDATE player SET coins = coins + CASE id WHEN %s THEN -1000 ELSE 1000 END"

    assert is_refused(engine, stage, sql, player.pk)


def test_a_sum_too_large_is_refused_or_can_be_found(engine: Engine, stage: Stage) -> None:
    """Where a column takes values of another type, by the query that finds them."""
    sql = provoke.SET_N.format(f"n + {2**63 - 1}")
    if engine.not_whole_sql is None:
        assert is_refused(engine, stage, sql, stage.one)
        return
    query = f"SELECT id FROM staged WHERE {engine.not_whole_sql.format(column='n')}"
    assert stage.session().run(query) == []

    assert not is_refused(engine, stage, sql, stage.one)

    assert stage.session().run(query) == [(stage.one,)]


def test_ddl_rolls_back_where_the_engine_says_so(
    engine: Engine, stage: Stage, is_standin: bool
) -> None:
    """The backend says the same."""
    assert engine.rolls_back_ddl is connection.features.can_rollback_ddl
    if is_standin:
        pytest.skip("the stand-in is PostgreSQL, where DDL rolls back")
    session = stage.session().begin()

    session.run("CREATE TABLE rolled_back (n bigint)")
    session.rollback()

    gone = "rolled_back" not in session.wrapper.introspection.table_names()
    session.run("DROP TABLE IF EXISTS rolled_back")
    assert gone is engine.rolls_back_ddl


def test_foreign_keys_have_an_index_where_the_engine_says_so(
    engine: Engine, committed: None
) -> None:
    """When Django's schema editor made the tables."""
    with isolate_apps("tests.toy"):
        parent = type("Parent", (models.Model,), {"__module__": __name__, "Meta": Toy})
        key = models.ForeignKey(parent, models.CASCADE)
        child = type("Child", (models.Model,), {"__module__": __name__, "Meta": Toy, "key": key})
        with connection.schema_editor() as editor:
            editor.create_model(parent)
            editor.create_model(child)
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, "toy_child").values()
        with connection.schema_editor() as editor:
            editor.delete_model(child)
            editor.delete_model(parent)

    indexed = any(each["index"] and each["columns"] == ["key_id"] for each in found)
    assert indexed is engine.indexes_foreign_keys
