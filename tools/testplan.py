"""The engines the tests run on: which there are, and where each one's server comes from."""

import importlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tools.servers import Server, cockroach_standin, mariadb, postgresql, tidb
from tools.servers.folders import temporary_folder
from tools.servers.server import own_folder

_ASK_VERSION = """
import django
from django.db import connection
django.setup()
with connection.cursor() as cursor:
    cursor.execute("SELECT VERSION()")
    print(cursor.fetchone()[0])
"""


_MYSQLCLIENT = "driver=mysqlclient"


@dataclass(frozen=True)
class Run:
    """One run of the tests: an engine with one of its drivers."""

    name: str
    query: str = ""

    @property
    def label(self) -> str:
        """Return the name for readers, who must not take the stand-in for the real thing."""
        return "cockroachdb (stand-in)" if self.name == cockroach_standin.NAME else self.name

    def unavailable(self) -> str | None:
        """Say why the tests cannot run with this driver; None when they can."""
        if self.query == _MYSQLCLIENT:
            try:
                importlib.import_module("MySQLdb")
            except ImportError:
                return "mysqlclient is not installed"
        return None

    def url(self, url: str) -> str:
        """Add the driver to a database's URL."""
        if not self.query:
            return url
        return f"{url}{'&' if '?' in url else '?'}{self.query}"


@dataclass(frozen=True)
class Place:
    """A database to test on."""

    url: str
    version: str
    server: Server | None = None


@dataclass(frozen=True)
class Engine:
    """An engine, the runs it gets one after another, and how to have a server of it."""

    runs: tuple[Run, ...]
    unavailable: Callable[[], str | None]
    start: Callable[[], AbstractContextManager[Place]] | None
    given_by: str | None = None

    @property
    def given(self) -> str | None:
        """Return the URL of the server the user names, if one is named."""
        return os.environ.get(self.given_by) if self.given_by else None

    def why_not(self) -> str | None:
        """Say why there is no server; None when there is one or one can be started."""
        return None if self.given else self.unavailable()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Provide the database to test on."""
        if self.given:
            yield Place(self.given, _ask_version(self.given))
        elif self.start is not None:
            with self.start() as place:
                yield place


def _ask_version(url: str) -> str:
    """Ask a server that is not ours, the way Tradepost connects to it."""
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tradepost.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", _ASK_VERSION],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    # What follows in parentheses is about the build.
    return done.stdout.partition(" (")[0].strip() or "?"


@contextmanager
def _sqlite() -> Iterator[Place]:
    with temporary_folder() as folder:
        file = own_folder(folder / "sqlite", user=None) / "tradepost.sqlite3"
        yield Place(f"sqlite:///{file}", sqlite3.sqlite_version)


def _private(
    start: Callable[[], AbstractContextManager[Server]],
) -> Callable[[], AbstractContextManager[Place]]:
    @contextmanager
    def place() -> Iterator[Place]:
        with start() as server:
            yield Place(server.url, server.version, server)

    return place


ENGINES = (
    Engine((Run("sqlite"),), lambda: None, _sqlite),
    Engine(
        (Run("postgresql"),),
        postgresql.unavailable,
        _private(postgresql.start),
        "TRADEPOST_TEST_POSTGRESQL_URL",
    ),
    Engine(
        (Run("mariadb"), Run("mariadb-mysqlclient", _MYSQLCLIENT)),
        mariadb.unavailable,
        _private(mariadb.start),
        "TRADEPOST_TEST_MARIADB_URL",
    ),
    Engine(
        (Run("tidb"), Run("tidb-mysqlclient", _MYSQLCLIENT)),
        tidb.unavailable,
        _private(tidb.start),
        "TRADEPOST_TEST_TIDB_URL",
    ),
    Engine(
        (Run(cockroach_standin.NAME),),
        cockroach_standin.unavailable,
        _private(cockroach_standin.start),
    ),
    Engine(
        (Run("cockroachdb"),),
        lambda: "no CockroachDB server; set TRADEPOST_TEST_COCKROACHDB_URL",
        None,
        "TRADEPOST_TEST_COCKROACHDB_URL",
    ),
)
