"""Private databases for Tradepost, the reference and the peer, on one server."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymysql
from psycopg import sql

from tools.servers import Server, ServerError, mariadb, postgresql, tidb

OURS, REFERENCE, PEER = "tradepost", "reference", "nakama"
ROWS_AT_ONCE = 1000
POSTGRESQL_SETTINGS = {"shared_buffers": "512MB"}
# Django's backends; there is no reference for MariaDB.
BACKENDS = {
    "postgresql": "django.db.backends.postgresql",
    "mariadb": "django.db.backends.mysql",
    "tidb": "django_tidb",
}
# With them every commit takes a millisecond longer, as on a slower disk.
SLOW_COMMITS = {"commit_delay": "1000", "commit_siblings": "0"}

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Database:
    """One database server, or a folder of files, with the databases.

    Attributes:
        pid: The server's process; None where the application is the database.
        url: Of ours, as DATABASE_URL.
        django: The reference's entry in Django's settings.
    """

    engine: str
    version: str
    pid: int | None
    url: str
    django: Mapping[str, Any]

    def connect(self, name: str) -> Any:
        """Connect to one of them; each statement is its own transaction."""
        if self.engine == "sqlite":
            file = Path(self.django["NAME"]).with_name(f"{name}.sqlite3")
            return sqlite3.connect(file, isolation_level=None)
        parts = urlsplit(self.url)
        if self.engine == "postgresql":
            return psycopg.connect(parts._replace(path=f"/{name}").geturl(), autocommit=True)
        return pymysql.connect(
            host=parts.hostname or "",
            port=parts.port or 0,
            user=parts.username or "",
            database=name,
            autocommit=True,
        )

    def create(self, name: str) -> None:
        """Create a database besides ours; SQLite creates its file itself."""
        if self.engine != "sqlite":
            with closing(self.connect(OURS)) as connection, closing(connection.cursor()) as cursor:
                cursor.execute(f"CREATE DATABASE {name}")

    def empty(self, connection: Any, tables: Sequence[str], *, cascade: bool = False) -> None:
        """Delete all rows of tables.

        Args:
            cascade: Whether other tables may refer to them.
        """
        clear = "DELETE FROM" if self.engine == "sqlite" else "TRUNCATE TABLE"
        with closing(connection.cursor()) as cursor:
            for table in tables:
                cursor.execute(f"{clear} {table}{' CASCADE' if cascade else ''}")

    def insert(self, connection: Any, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Insert rows, as fast as the engine takes them."""
        if self.engine == "postgresql":
            copy = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(copy) as copied:
                for lines in _chunks(map(_line, rows)):
                    copied.write("".join(lines))
            return
        mark = "?" if self.engine == "sqlite" else "%s"
        names = ", ".join(columns)
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join([mark] * len(columns))})"
        with closing(connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            for chunk in _chunks(rows):
                cursor.executemany(statement, [_plain(row) for row in chunk])
            cursor.execute("COMMIT")

    def settle(self, connection: Any) -> None:
        """Let the planner know the tables, and leave no work behind for the measured time."""
        statements = {
            "postgresql": ("VACUUM (ANALYZE)",),
            "sqlite": ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"),
        }
        with closing(connection.cursor()) as cursor:
            for statement in statements.get(self.engine, ("ANALYZE TABLE player, product",)):
                cursor.execute(statement)

    @contextmanager
    def slow_commits(self) -> Iterator[None]:
        """Make each commit a millisecond longer, inside the block."""
        self._configure(SLOW_COMMITS)
        try:
            yield
        finally:
            self._configure(dict.fromkeys(SLOW_COMMITS))

    def _configure(self, values: Mapping[str, str | None]) -> None:
        with closing(self.connect(OURS)) as connection:
            for name, value in values.items():
                known = sql.Identifier(name)
                if value is None:
                    statement = sql.SQL("ALTER SYSTEM RESET {}").format(known)
                else:
                    statement = sql.SQL("ALTER SYSTEM SET {} = {}").format(known, value)
                connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")


def unavailable(engine: str) -> str | None:
    """Say why an engine cannot be measured here; None when it can."""
    servers = {"postgresql": postgresql, "mariadb": mariadb, "tidb": tidb}
    return servers[engine].unavailable() if engine in servers else None


@contextmanager
def start(engine: str, folder: Path) -> Iterator[Database]:
    """Start a private server that keeps what it acknowledges; its databases have no tables yet.

    Raises:
        ServerError: It does not start.
    """
    if engine == "sqlite":
        yield _sqlite(folder)
        return
    if engine == "postgresql":
        starting = postgresql.start(durable=True, settings=POSTGRESQL_SETTINGS)
    elif engine == "mariadb":
        starting = mariadb.start(durable=True)
    elif engine == "tidb":
        starting = tidb.start(durable=True)
    else:
        raise ServerError(f"no engine {engine!r}")
    with starting as server:
        yield _of(server)


def _of(server: Server) -> Database:
    return Database(
        engine=server.name,
        version=server.version,
        pid=server.process.pid,
        url=server.url,
        django={
            "ENGINE": BACKENDS[server.name],
            "NAME": REFERENCE,
            "HOST": server.host,
            "PORT": server.port,
            "USER": server.user,
        },
    )


def _sqlite(folder: Path) -> Database:
    return Database(
        engine="sqlite",
        version=sqlite3.sqlite_version,
        pid=None,
        url=f"sqlite:///{folder / OURS}.sqlite3",
        django={
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / f"{REFERENCE}.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        },
    )


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    walked = iter(rows)
    while chunk := list(itertools.islice(walked, ROWS_AT_ONCE)):
        yield chunk


def _line(row: Sequence[Any]) -> str:
    """Return a row in COPY's text format; no value of ours needs an escape."""
    return "\t".join(["\\N" if value is None else str(value) for value in row]) + "\n"


def _plain(row: Sequence[Any]) -> list[Any]:
    return [value.isoformat(" ") if isinstance(value, dt.datetime) else value for value in row]
