"""SQLite: one writer at a time, embedded."""

from typing import Any

from tradepost.engines.base import Engine, ErrorClass, LockWait, Promise, RowLocks
from tradepost.engines.codes import sqlite_code
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.engines.tls import Tls


def options(_driver: str, _tls: Tls) -> dict[str, Any]:
    """Return Django's OPTIONS.

    IMMEDIATE, because a transaction that reads first and writes later fails at once under
    contention, whatever its timeout. FULL, because WAL with NORMAL may lose the last commits
    when the power fails (sqlite.org/pragma.html#pragma_synchronous).
    """
    return {
        "timeout": LOCK_WAIT_S,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }


ENGINE = Engine(
    name="sqlite",
    title="SQLite",
    schemes=("sqlite",),
    backend="django.db.backends.sqlite3",
    # docs.djangoproject.com/en/5.2/ref/databases
    oldest_version=(3, 31),
    default_port=None,
    drivers=("sqlite3",),
    options=options,
    takes_tls=False,
    row_locks=RowLocks.NONE,
    has_nowait=False,
    # One transaction writes at a time, so no other group could run instead of waiting.
    lock_wait=LockWait(
        sql="PRAGMA busy_timeout = {wait}", per_second=1000, least=0, group_s=LOCK_WAIT_S
    ),
    isolation="serializable",
    # Its only level, unless a shared cache reads uncommitted rows.
    isolation_sql="SELECT CASE read_uncommitted WHEN 0 THEN 'serializable' END "
    "FROM pragma_read_uncommitted",
    has_returning=True,
    dialect="tradepost.engines.dialects.sqlite.SQLite",
    enforces_checks=True,
    has_unsigned=False,
    # sqlite.org/flexibletypeaff.html; an overflow silently becomes a REAL.
    not_whole_sql="typeof({column}) <> 'integer'",
    rolls_back_ddl=True,
    indexes_foreign_keys=True,
    snapshot=(("BEGIN DEFERRED",), "ROLLBACK"),
    code_of=sqlite_code,
    # sqlite.org/rescode.html
    error_classes={
        "5": ErrorClass.BUSY,  # BUSY
        "6": ErrorClass.BUSY,  # LOCKED
        "8": ErrorClass.LOST,  # READONLY
        "10": ErrorClass.LOST,  # IOERR
        "13": ErrorClass.LOST,  # FULL
        "14": ErrorClass.LOST,  # CANTOPEN
        "19": ErrorClass.CONSTRAINT,
    },
    certain_at_commit=frozenset({"5", "19"}),
    promises=(
        Promise(
            name="journal mode",
            sql="PRAGMA journal_mode",
            kept=frozenset({"wal"}),
            advice="keep the file on a local disk: write-ahead logging could not be switched on",
            required=False,
        ),
        Promise(
            name="durability",
            sql="PRAGMA synchronous",
            kept=frozenset({"2", "3"}),
            advice="set PRAGMA synchronous=FULL: acknowledged commits may be lost",
        ),
        Promise(
            name="foreign keys",
            sql="PRAGMA foreign_keys",
            kept=frozenset({"1"}),
            advice="set PRAGMA foreign_keys=ON",
        ),
    ),
)
