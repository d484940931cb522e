"""What each database can do, as data. Only this package and `config` name a database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines.base import Engine, ErrorClass, LockWait, Phase, Promise, RowLocks
from tradepost.engines.cockroachdb import ENGINE as COCKROACHDB
from tradepost.engines.mariadb import ENGINE as MARIADB
from tradepost.engines.postgresql import ENGINE as POSTGRESQL
from tradepost.engines.sqlite import ENGINE as SQLITE
from tradepost.engines.tidb import ENGINE as TIDB
from tradepost.engines.url import (
    BadDatabaseUrl,
    settings_from_tidb_names,
    settings_from_url,
)

__all__ = [
    "DATABASE_NAMES",
    "ENGINES",
    "BadDatabaseUrl",
    "Engine",
    "ErrorClass",
    "LockWait",
    "Phase",
    "Promise",
    "RowLocks",
    "allow_long_queries",
    "database_settings",
    "engine_of",
]

# The settings that name the database.
DATABASE_NAMES = (
    # The database, as a URL; without it, the names of the TiDB quickstart, else a file in the
    # data folder.
    "DATABASE_URL",
    # The TiDB server.
    "TIDB_HOST",
    # The TiDB server's port; 4000 without it.
    "TIDB_PORT",
    # Who signs in at the TiDB server; root without it.
    "TIDB_USER",
    # The password at the TiDB server.
    "TIDB_PASSWORD",
    # The database's name at the TiDB server; test without it.
    "TIDB_DB_NAME",
    # A certificate authority's file: the server's certificate and host name are checked by it.
    "CA_PATH",
)
ENGINES = (SQLITE, POSTGRESQL, MARIADB, TIDB, COCKROACHDB)
_BY_NAME = {engine.name: engine for engine in ENGINES}
# For connections not set up by `database_settings`: the first engine with their backend.
_BY_BACKEND = {engine.backend: engine for engine in reversed(ENGINES)}


def engine_of(connection: BaseDatabaseWrapper | str) -> Engine:
    """Return the engine behind a connection or an alias."""
    wrapper = connections[connection] if isinstance(connection, str) else connection
    settings = wrapper.settings_dict
    # Several engines may share a Django backend, such as those that speak PostgreSQL's protocol.
    return _BY_NAME.get(settings.get("ENGINE_NAME", "")) or _BY_BACKEND[settings["ENGINE"]]


def allow_long_queries(connection: BaseDatabaseWrapper) -> None:
    """Remove the read timeout of a connection that is not open yet.

    A server that stays silent counts as lost, which suits requests. A query that checks every row
    of a large table takes minutes.
    """
    connection.settings_dict["OPTIONS"].pop("read_timeout", None)


def database_settings(env: Mapping[str, str], *, default_file: Path) -> dict[str, Any]:
    """Return the entry for Django's DATABASES, from environment variables.

    Uses ``DATABASE_URL``, then the variables of the TiDB quickstart, else an embedded file.

    Raises:
        BadDatabaseUrl: The setting cannot be used; the message says why.
    """
    if env.get("DATABASE_URL"):
        return settings_from_url(env["DATABASE_URL"], ENGINES)
    if env.get("TIDB_HOST"):
        return settings_from_tidb_names(env, ENGINES)
    return settings_from_url(f"sqlite:///{default_file}", ENGINES)
