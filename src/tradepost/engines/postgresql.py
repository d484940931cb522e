"""PostgreSQL."""

import importlib
from typing import Any

from tradepost.engines.base import Engine, ErrorClass, LockWait, Promise, RowLocks
from tradepost.engines.codes import NO_CODE, sqlstate
from tradepost.engines.defaults import CONNECT_TIMEOUT_S, LOCK_WAIT_S, SILENCE_TIMEOUT_S
from tradepost.engines.tls import Tls

# Set for one transaction, so that it does not affect a pooled connection's next user.
LOCK_WAIT = LockWait(
    sql="SET lock_timeout = '{wait}ms'",
    once="SET LOCAL lock_timeout = '{wait}ms'",
    per_second=1000,
    least=1,
    group_s=0.1,
)


def session_options(tls: Tls, isolation: str) -> dict[str, Any]:
    """Return Django's OPTIONS for a server that speaks PostgreSQL's protocol.

    Args:
        isolation: The driver's name for the isolation level.
    """
    # Imported here, because the engine's data must load without the driver.
    levels = importlib.import_module("psycopg").IsolationLevel
    return {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "tcp_user_timeout": SILENCE_TIMEOUT_S * 1000,
        "isolation_level": levels[isolation],
        "options": f"-c lock_timeout={LOCK_WAIT_S}s -c idle_in_transaction_session_timeout=60s",
        **tls.for_libpq(),
    }


def options(_driver: str, tls: Tls) -> dict[str, Any]:
    """Return Django's OPTIONS."""
    return session_options(tls, "READ_COMMITTED")


# www.postgresql.org/docs/15/errcodes-appendix.html
ERROR_CLASSES = {
    NO_CODE: ErrorClass.LOST,
    "08000": ErrorClass.LOST,
    "08001": ErrorClass.LOST,
    "08003": ErrorClass.LOST,
    "08004": ErrorClass.LOST,
    "08006": ErrorClass.LOST,
    "08007": ErrorClass.UNKNOWN,  # transaction resolution unknown
    "23502": ErrorClass.CONSTRAINT,
    "23503": ErrorClass.CONSTRAINT,
    "23505": ErrorClass.CONSTRAINT,
    "23514": ErrorClass.CONSTRAINT,
    "23P01": ErrorClass.CONSTRAINT,
    "22003": ErrorClass.CONSTRAINT,  # a number out of its column's range
    "25006": ErrorClass.LOST,  # read-only: a demoted primary, left by a failover
    "25P03": ErrorClass.LOST,  # idle in transaction for too long
    "25P04": ErrorClass.LOST,  # transaction timeout
    "40001": ErrorClass.RETRY,
    "40P01": ErrorClass.RETRY,
    "53100": ErrorClass.LOST,  # disk full
    "53200": ErrorClass.LOST,  # out of memory
    "53300": ErrorClass.LOST,  # too many connections
    "55P03": ErrorClass.BUSY,  # NOWAIT and lock_timeout
    "57014": ErrorClass.BUSY,  # statement timeout, or cancelled by an administrator
    "57P01": ErrorClass.LOST,
    "57P02": ErrorClass.LOST,
    "57P03": ErrorClass.LOST,
    "57P05": ErrorClass.LOST,
}
CERTAIN_AT_COMMIT = frozenset({"40001", "40P01", "23503", "23505", "23514", "23P01"})

ENGINE = Engine(
    name="postgresql",
    title="PostgreSQL",
    schemes=("postgresql", "postgres"),
    backend="django.db.backends.postgresql",
    # docs.djangoproject.com/en/5.2/ref/databases
    oldest_version=(14,),
    default_port=5432,
    drivers=("psycopg",),
    options=options,
    takes_tls=True,
    row_locks=RowLocks.ONE_STATEMENT,
    has_nowait=True,
    lock_wait=LOCK_WAIT,
    isolation="read committed",
    isolation_sql="SHOW transaction_isolation",
    has_returning=True,
    dialect="tradepost.engines.dialects.postgresql.PostgreSQL",
    enforces_checks=True,
    has_unsigned=False,
    rolls_back_ddl=True,
    indexes_foreign_keys=True,
    snapshot=(("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",), "ROLLBACK"),
    code_of=sqlstate,
    error_classes=ERROR_CLASSES,
    certain_at_commit=CERTAIN_AT_COMMIT,
    promises=(
        Promise(
            name="isolation",
            sql="SHOW transaction_isolation",
            kept=frozenset({"read committed", "repeatable read", "serializable"}),
            advice="read uncommitted is not supported",
        ),
        Promise(
            name="durability: fsync",
            sql="SHOW fsync",
            kept=frozenset({"on"}),
            advice="set fsync = on: a crash of the machine may lose or corrupt everything",
        ),
        Promise(
            name="durability: synchronous_commit",
            sql="SHOW synchronous_commit",
            kept=frozenset({"on", "local", "remote_write", "remote_apply"}),
            advice="set synchronous_commit = on: acknowledged commits may be lost",
        ),
        Promise(
            name="durability: full_page_writes",
            sql="SHOW full_page_writes",
            kept=frozenset({"on"}),
            advice="set full_page_writes = on",
        ),
        Promise(
            name="read-write",
            sql="SELECT pg_is_in_recovery()",
            kept=frozenset({"false"}),
            advice="this is a standby: point DATABASE_URL at the primary",
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
