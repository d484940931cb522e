"""The runs of the tests: which tests run on which engine, and where its server comes from."""

import importlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

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
# The SQLite run has the most tests, so a complete one is split into four. The tests in the last
# two parts wait for a browser and for servers much of the time.
_SQLITE_PARTS = {
    "sqlite-http": ("tests/access", "tests/api", "tests/backoffice", "tests/web"),
    "sqlite-browser": ("tests/e2e",),
    "sqlite-served": ("tests/cli", "tests/docs"),
}


@dataclass(frozen=True)
class Run:
    """One run of the tests: an engine, one of its drivers, and the tests that depend on them.

    Attributes:
        tests: The marker of the tests to run; without one, all of them.
        query: What a database URL needs for the driver.
        arguments: More arguments for pytest.
    """

    name: str
    tests: str = "engine"
    query: str = ""
    arguments: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the name for the report, which tells the stand-in from the real CockroachDB."""
        return "cockroachdb (stand-in)" if self.name == cockroach_standin.NAME else self.name

    def unavailable(self) -> str | None:
        """Return why the tests cannot run with this driver, or None."""
        if self.query == _MYSQLCLIENT:
            try:
                importlib.import_module("MySQLdb")
            except ImportError:
                return "mysqlclient is not installed"
        return None

    def selection(self) -> list[str]:
        """Return the arguments that make pytest select the tests of this run."""
        return [*(("-m", self.tests) if self.tests else ()), *self.arguments]

    def url(self, url: str) -> str:
        """Return a database's URL with the driver in it."""
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
    """An engine, its runs, which share a server one after another, and how to start that server.

    Attributes:
        unavailable: Returns why no server can be started, or None.
        given_by: The environment variable that names a server to use instead.
    """

    runs: tuple[Run, ...]
    unavailable: Callable[[], str | None]
    start: Callable[[], AbstractContextManager[Place]] | None
    given_by: str | None = None

    @property
    def given(self) -> str | None:
        """Return the URL of the server that the user named, if any."""
        return os.environ.get(self.given_by) if self.given_by else None

    def why_not(self) -> str | None:
        """Return why the engine cannot be tested, or None."""
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
    """Return the version of a server that the user named, asked over Tradepost's own settings."""
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tradepost.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", _ASK_VERSION],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    # The text in parentheses describes the build.
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


_SQLITE = Engine((Run("sqlite", tests=""),), lambda: None, _sqlite)
_IGNORED = tuple(f"--ignore={folder}" for part in _SQLITE_PARTS.values() for folder in part)
_SQLITE_IN_PARTS = tuple(
    Engine((Run(name, tests="", arguments=arguments),), lambda: None, _sqlite)
    for name, arguments in {"sqlite": ("tests", *_IGNORED), **_SQLITE_PARTS}.items()
)
_SERVERS = (
    Engine(
        (Run("postgresql"),),
        postgresql.unavailable,
        _private(postgresql.start),
        "TRADEPOST_TEST_POSTGRESQL_URL",
    ),
    Engine(
        (Run("mariadb"), Run("mariadb-mysqlclient", "driver", _MYSQLCLIENT)),
        mariadb.unavailable,
        _private(mariadb.start),
        "TRADEPOST_TEST_MARIADB_URL",
    ),
    Engine(
        (Run("tidb"), Run("tidb-mysqlclient", "driver", _MYSQLCLIENT)),
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
NAMES = tuple(run.name for engine in (_SQLITE, *_SERVERS) for run in engine.runs)


def planned(names: Collection[str], *, complete: bool) -> list[Engine]:
    """Return the engines to test, each with its wanted runs alone.

    Args:
        names: The names of the runs.
        complete: Whether all tests of a run are wanted; then SQLite's run is split.
    """
    sqlite = _SQLITE_IN_PARTS if complete else (_SQLITE,)
    wanted = {*names, *(_SQLITE_PARTS if "sqlite" in names else ())}
    engines = [
        replace(engine, runs=tuple(run for run in engine.runs if run.name in wanted))
        for engine in (*sqlite, *_SERVERS)
    ]
    return [engine for engine in engines if engine.runs]
