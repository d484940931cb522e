"""The example, on a database of its own on the engine under test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.examples.project import Project
from tradepost.engines import Engine


@pytest.fixture(scope="module")
def database(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """The settings that name an empty database, which nobody else uses."""
    if engine.default_port is None:
        file = tmp_path_factory.mktemp("seats") / "seats.sqlite3"
        yield {"DATABASE_URL": f"{engine.schemes[0]}:///{file}"}
        return
    name = f"{connection.settings_dict['NAME'].removeprefix('test_')}_seats"
    sql = f"DATABASE {connection.ops.quote_name(name)}"
    url = urlsplit(os.environ["DATABASE_URL"])
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")
        cursor.execute(f"CREATE {sql}")
    yield {"DATABASE_URL": url._replace(path=f"/{name}").geturl()}
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP {sql}")


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]
) -> Iterator[Project]:
    """The example, with its tables."""
    project = Project(tmp_path_factory.mktemp("project"), database)
    migrated = project.manage("migrate", "--verbosity=0")
    assert (migrated.status, migrated.printed) == (0, "")
    with project.serving():
        yield project
