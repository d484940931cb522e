"""What each engine says of itself, asked on the live server: names, sessions, promises.

Locks, isolation and snapshots are in `test_contract_locks`, tables in `test_contract_tables`, the
meaning of errors in `test_verdicts_live`, TLS in `test_tls`.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path

import pytest
from django.db import connections
from django.utils.module_loading import import_string

from tests.engines.recipe import Recipe
from tests.engines.recipes import RECIPES
from tests.engines.sessions import Stage
from tradepost.engines import ENGINES, Engine, ErrorClass, LockWait, engine_of
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.engines.dialects.base import Dialect


@pytest.mark.once
def test_every_field_of_an_engine_is_asked_about() -> None:
    """Here or in a module beside this one."""
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    fields = [field.name for field in dataclasses.fields(Engine)]

    assert [name for name in fields if not re.search(rf"(engine|ENGINE)\.{name}\b", tests)] == []


@pytest.mark.once
def test_every_engine_has_a_recipe() -> None:
    """So that none is left out silently."""
    assert [engine.name for engine in ENGINES] == list(RECIPES)


@pytest.mark.once
def test_no_two_engines_share_a_name_a_scheme_or_a_backend() -> None:
    """Each of them leads to one engine."""
    for told in (
        [engine.name for engine in ENGINES],
        [engine.title for engine in ENGINES],
        [engine.backend for engine in ENGINES],
        [scheme for engine in ENGINES for scheme in engine.schemes],
    ):
        assert len(set(told)) == len(told)


@pytest.mark.once
def test_ports_are_those_of_the_vendors() -> None:
    """As their documents give them; a file has none, and nothing to encrypt."""
    assert {engine.name: (engine.default_port, engine.takes_tls) for engine in ENGINES} == {
        "sqlite": (None, False),
        "postgresql": (5432, True),
        "mariadb": (3306, True),
        "tidb": (4000, True),
        "cockroachdb": (26257, True),
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("wait_s", "statement"),
    [(0, "wait 1"), (0.0001, "wait 1"), (0.0011, "wait 2"), (1, "wait 1000"), (1.5, "wait 1500")],
)
def test_a_wait_is_rounded_up_to_what_the_server_takes(wait_s: float, statement: str) -> None:
    """A caller who would wait a little is never told that a lock was not waited for."""
    wait = LockWait(sql="wait {wait}", per_second=1000, least=1, group_s=1)
    assert wait.statement(wait_s) == statement


@pytest.mark.once
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_the_dialect_is_a_class_in_a_module_of_its_own(engine: Engine) -> None:
    """Named by its path, so that its driver is imported for the engine in use only."""
    assert engine.dialect.startswith("tradepost.engines.dialects.")
    assert issubclass(import_string(engine.dialect), Dialect)


@pytest.mark.once
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_a_group_waits_no_less_than_the_server_can_count(engine: Engine) -> None:
    """Else its wait would be rounded up to another, or be none at all."""
    wait = engine.lock_wait
    assert 0.1 <= wait.group_s <= LOCK_WAIT_S
    assert wait.group_s * wait.per_second == int(wait.group_s * wait.per_second) >= wait.least


@pytest.mark.once
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_a_statement_keeps_its_words_where_its_wait_is_put_into_it(engine: Engine) -> None:
    """Only a transaction's own setting stands by itself."""
    within = engine.lock_wait.within("UPDATE t SET a = 1", 2)
    if engine.default_port is None:
        assert within == ""
    elif "LOCAL" in within:
        assert within == "SET LOCAL lock_timeout = '2000ms'"
    else:
        assert "innodb_lock_wait_timeout = 2" in within
        assert "UPDATE" in within
        assert within.endswith(" t SET a = 1")


@pytest.mark.once
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_what_is_certain_at_commit_is_known_before_it(engine: Engine) -> None:
    """And says that nothing happened; a text that tells more is looked at only for its code."""
    certain = {engine.error_classes[code] for code in engine.certain_at_commit}

    assert certain <= {ErrorClass.RETRY, ErrorClass.BUSY, ErrorClass.CONSTRAINT}
    assert not engine.texts.keys() & engine.error_classes.keys()


def test_the_server_is_what_its_engine_is_called(
    engine: Engine, recipe: Recipe, stage: Stage
) -> None:
    """It says so itself."""
    assert engine.title in stage.session().value(recipe.version_sql)


def test_the_engine_is_known_by_its_connection(engine: Engine) -> None:
    """By the connection as by its alias."""
    assert engine_of(connections["default"]) is engine
    assert engine_of("default") is engine


def test_the_server_is_no_older_than_what_the_engine_is_written_for(
    engine: Engine, stage: Stage
) -> None:
    """Or the run would show nothing."""
    assert stage.session().wrapper.get_database_version() >= engine.oldest_version


def test_the_connection_is_of_the_engines_backend(engine: Engine) -> None:
    """Which is a Django backend of that name."""
    backend = importlib.import_module(f"{engine.backend}.base")

    assert type(connections["default"]) is backend.DatabaseWrapper


def test_the_driver_is_one_that_can_be_asked_for(engine: Engine, driver: str) -> None:
    """And is the one that speaks."""
    assert driver in engine.drivers


def test_a_session_is_as_the_options_ask(engine: Engine, recipe: Recipe, stage: Stage) -> None:
    """Strictness, time zone, waits, isolation and durability, by the server's own answers."""
    session = stage.session()

    answers = {sql: str(session.value(sql)) for sql in recipe.session}

    assert answers == recipe.session


def test_a_session_writes_at_once_outside_of_a_transaction(stage: Stage) -> None:
    """Another one sees it."""
    stage.session().run("UPDATE staged SET n = 5 WHERE id = %s", stage.one)

    assert stage.session().value("SELECT n FROM staged WHERE id = %s", stage.one) == 5


def test_every_promise_can_be_asked_and_is_kept(
    engine: Engine, recipe: Recipe, stage: Stage
) -> None:
    """Save those that a server for tests breaks to be fast."""
    session = stage.session()

    answers = {each.name: str(session.value(each.sql)).lower() for each in engine.promises}
    broken = {each.name for each in engine.promises if answers[each.name] not in each.kept}

    assert broken <= recipe.relaxed
    assert len(answers) == len(engine.promises)
