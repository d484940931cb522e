"""What the tests of engines share: the engine's recipe, and stages to provoke errors on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, connections

from tests.engines.recipe import Recipe, ServerModule
from tests.engines.recipes import RECIPES
from tests.engines.sessions import Settings, Stage, staged_table
from tools.servers import Server, ServerError
from tradepost.engines import ENGINES, Engine
from tradepost.engines.url import settings_from_url


@pytest.fixture(scope="session")
def recipe(engine: Engine) -> Recipe:
    """What the tests know of the engine under test."""
    return RECIPES[engine.name]


@pytest.fixture(scope="session")
def driver() -> str:
    """The driver under test, as a URL names it."""
    database: Any = connections["default"]
    module = str(database.Database.__name__).partition(".")[0]
    return "mysqlclient" if module == "MySQLdb" else module


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[Settings]:
    """The settings of the test database, in which there is a table for stages."""
    settings = connection.settings_dict
    with django_db_blocker.unblock(), staged_table(settings):
        yield settings


@pytest.fixture
def stage(staged: Settings, django_db_blocker: Any) -> Iterator[Stage]:
    """A stage on the server under test."""
    with django_db_blocker.unblock(), Stage(staged) as stage:
        yield stage


@pytest.fixture(scope="module")
def is_standin(recipe: Recipe, staged: Settings, django_db_blocker: Any) -> bool:
    """Whether the server under test is CockroachDB's stand-in."""
    if not recipe.standin_sql:
        return False
    with django_db_blocker.unblock(), Stage(staged) as stage:
        return bool(stage.session().value(recipe.standin_sql))


@pytest.fixture(scope="module")
def servers(engine: Engine, recipe: Recipe, is_standin: bool) -> ServerModule:
    """What starts private servers of the engine under test."""
    if recipe.server is None:
        pytest.skip(f"{engine.title} has no server")
    if recipe.standin_sql and not is_standin:
        pytest.skip(f"there is no {engine.title} to start, only its stand-in")
    if reason := recipe.server.unavailable():
        pytest.skip(reason)
    return recipe.server


@pytest.fixture(scope="module")
def private_server(servers: ServerModule, recipe: Recipe) -> Iterator[Server]:
    """A server that tests may break; it takes few connections."""
    with servers.start(settings=recipe.few_connections) as server:
        yield server


@pytest.fixture
def private(
    private_server: Server, engine: Engine, driver: str, django_db_blocker: Any
) -> Iterator[Stage]:
    """A stage on a server that tests may break; it runs again when the next test begins."""
    settings = settings_of(private_server.url, engine, driver)
    with (
        django_db_blocker.unblock(),
        staged_table(settings),
        Stage(settings, private_server) as stage,
    ):
        yield stage
        try:
            assert private_server.process.pid
        except ServerError:
            private_server.restart()


@pytest.fixture
def own_drivers() -> Iterator[None]:
    """Undo that PyMySQL lets itself be taken for another driver."""
    before = sys.modules.get("MySQLdb")
    yield
    sys.modules.pop("MySQLdb", None)
    if before is not None:
        sys.modules["MySQLdb"] = before


def settings_of(url: str, engine: Engine, driver: str, **options: str) -> Settings:
    """Return Django's settings for a URL with options, among them the driver under test."""
    if len(engine.drivers) > 1:
        options["driver"] = driver
    query = f"?{urlencode(options)}" if options else ""
    return settings_from_url(url + query, ENGINES)
