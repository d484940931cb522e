"""CockroachDB: PostgreSQL's protocol, serializable, distributed."""

from typing import Any

from tradepost.engines.base import Engine, ErrorClass, Promise, RowLocks
from tradepost.engines.codes import sqlstate
from tradepost.engines.postgresql import (
    CERTAIN_AT_COMMIT,
    ERROR_CLASSES,
    LOCK_WAIT,
    session_options,
)
from tradepost.engines.tls import Tls


def options(_driver: str, tls: Tls) -> dict[str, Any]:
    """Return Django's OPTIONS."""
    return session_options(tls, "SERIALIZABLE")


ENGINE = Engine(
    name="cockroachdb",
    title="CockroachDB",
    schemes=("cockroachdb", "cockroach"),
    backend="django_cockroachdb",
    # django_cockroachdb 5.2's features
    oldest_version=(23, 2),
    default_port=26257,
    drivers=("psycopg",),
    options=options,
    takes_tls=True,
    # Best effort under SERIALIZABLE (cockroachdb/docs#17578). The isolation level and the retries
    # keep us correct; the locks keep retries rare.
    row_locks=RowLocks.ONE_STATEMENT,
    has_nowait=True,
    lock_wait=LOCK_WAIT,
    isolation="serializable",
    isolation_sql="SHOW transaction_isolation",
    has_returning=True,
    dialect="tradepost.engines.dialects.postgresql.PostgreSQL",
    # The default, unique_rowid(), returns 64-bit numbers from the first row on.
    count_from_one=(
        "CREATE SEQUENCE {table}_{column}_seq",
        "ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT nextval('{table}_{column}_seq')",
        # So that dropping the table drops it.
        "ALTER SEQUENCE {table}_{column}_seq OWNED BY {table}.{column}",
    ),
    enforces_checks=True,
    has_unsigned=False,
    # With autocommit_before_ddl (the default since 25.1) DDL commits what came before it.
    rolls_back_ddl=False,
    # django_cockroachdb omits them: its schema editor assumes that the server creates them.
    indexes_foreign_keys=False,
    snapshot=(("BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY",), "ROLLBACK"),
    code_of=sqlstate,
    error_classes=ERROR_CLASSES
    | {
        "40003": ErrorClass.UNKNOWN,  # statement completion unknown: "result is ambiguous"
        "58C00": ErrorClass.LOST,  # range unavailable
        "58C01": ErrorClass.LOST,  # a connection between nodes failed
        # Committed, but a schema change after it failed (pgcode/codes.go).
        "XXA00": ErrorClass.UNKNOWN,
    },
    certain_at_commit=CERTAIN_AT_COMMIT,
    promises=(
        Promise(
            name="isolation",
            sql="SHOW transaction_isolation",
            kept=frozenset({"serializable"}),
            advice="set default_transaction_isolation = 'serializable'",
        ),
        Promise(
            name="time zone",
            sql="SHOW timezone",
            kept=frozenset({"utc"}),
            advice="the session should run in UTC, as Django sets it",
            required=False,
        ),
    ),
)
