"""A private PostgreSQL that stands in for CockroachDB, for Django's real CockroachDB backend.

It shows that Tradepost works with that backend and at the SERIALIZABLE isolation level. It shows
nothing about CockroachDB's own locking, schema changes, ids or nodes.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.servers import postgresql
from tools.servers.server import DATABASE, HOST, Server, TlsFiles

NAME = "cockroachdb-standin"
ROLE = "crdb"
_FIRST_WITH_JSONLOG = 15
_LOG = {
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_directory": "log",
    "log_filename": "statements.log",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
    "log_min_messages": "log",
}
# Settings of a role apply in every database, so also in those that the tests create.
_ROLE = f"""
CREATE ROLE {ROLE} LOGIN CREATEDB;
ALTER ROLE {ROLE} SET search_path = compat, pg_catalog, public;
ALTER ROLE {ROLE} SET default_transaction_isolation = 'serializable';
ALTER ROLE {ROLE} SET log_statement = 'all';
"""
# Ids start low because integer columns have 32 bits here, and 64 on CockroachDB.
_COMPATIBILITY = f"""
CREATE SCHEMA compat;
CREATE SEQUENCE compat.row_ids;
CREATE FUNCTION compat.version() RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'CockroachDB CCL v24.1.14 (stand-in on PostgreSQL)' $$;
CREATE FUNCTION compat.unique_rowid() RETURNS bigint LANGUAGE sql VOLATILE AS
    $$ SELECT nextval('compat.row_ids') $$;
CREATE SCHEMA crdb_internal;
CREATE FUNCTION crdb_internal.increment_feature_counter(text) RETURNS bool LANGUAGE sql IMMUTABLE
    AS $$ SELECT true $$;
GRANT USAGE ON SCHEMA crdb_internal TO {ROLE};
GRANT USAGE, CREATE ON SCHEMA compat TO {ROLE};
GRANT USAGE ON SEQUENCE compat.row_ids TO {ROLE};
"""


def unavailable() -> str | None:
    """Return why no stand-in can be started, or None."""
    if reason := postgresql.unavailable():
        return reason
    found = postgresql.version()
    if int(found.split(".")[0]) < _FIRST_WITH_JSONLOG:
        return f"the stand-in needs PostgreSQL {_FIRST_WITH_JSONLOG} or newer, not {found}"
    return None


@contextmanager
def start(
    *,
    durable: bool = False,
    tls: TlsFiles | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a stand-in with an empty database; `settings` are those of postgresql.conf."""
    options = _LOG | (dict(settings) if settings else {})
    with postgresql.cluster(durable=durable, tls=tls, settings=options) as server:
        postgresql.run_sql(server, "postgres", _ROLE)
        # Django connects to "postgres" to create its test database; new ones copy "template1".
        for database in ("postgres", "template1"):
            postgresql.run_sql(server, database, _COMPATIBILITY)
        postgresql.run_sql(server, "postgres", f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        yield dataclasses.replace(
            server,
            name=NAME,
            version=f"PostgreSQL {server.version}",
            url=f"cockroachdb://{ROLE}@{HOST}:{server.port}/{DATABASE}",
            user=ROLE,
        )


def statement_logs(server: Server) -> list[Path]:
    """Return the statement logs; they are complete once the server has stopped."""
    return sorted((server.data_dir / "log").glob("*.json"))
