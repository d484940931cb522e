"""What the tests know of each engine, by its name: the only place here that knows one."""

from __future__ import annotations

import importlib
from typing import Any

from tests.engines import breakdowns, provoke, sqlite_files
from tests.engines.recipe import Case, Recipe, Words
from tools.servers import cockroach_standin, mariadb, postgresql, tidb
from tradepost.engines import ErrorClass

BUG, BUSY, CONSTRAINT = ErrorClass.BUG, ErrorClass.BUSY, ErrorClass.CONSTRAINT
LOST, RETRY, UNKNOWN = ErrorClass.LOST, ErrorClass.RETRY, ErrorClass.UNKNOWN

SQLITE = Recipe(
    words=Words(),
    errors=(
        Case("second writer", sqlite_files.second_writer, "5", BUSY, BUSY),
        Case("stale snapshot", sqlite_files.stale_snapshot, "5", BUSY, BUSY),
        Case("busy at COMMIT", sqlite_files.busy_commit, "5", BUSY, BUSY),
        Case("duplicate key", provoke.duplicate_key, "19", CONSTRAINT, CONSTRAINT),
        Case("CHECK", provoke.check, "19", CONSTRAINT, CONSTRAINT),
        Case("NULL", provoke.null, "19", CONSTRAINT, CONSTRAINT),
        Case("orphan", provoke.orphan, "19", CONSTRAINT, CONSTRAINT),
        Case("orphan at COMMIT", provoke.orphan_at_commit, "19", CONSTRAINT, CONSTRAINT),
        Case("read-only file", sqlite_files.read_only_file, "8", LOST, UNKNOWN),
        Case("full file", sqlite_files.full, "13", LOST, UNKNOWN),
        Case("no folder", sqlite_files.no_folder, "14", LOST, UNKNOWN),
        Case("not a database", sqlite_files.not_a_database, "26", BUG, UNKNOWN),
        Case("no such table", provoke.no_such_table, "1", BUG, UNKNOWN),
    ),
    version_sql="SELECT 'SQLite ' || sqlite_version()",
    bound_sql="PRAGMA busy_timeout",
    bounds={0: "0", 0.0005: "1", 2: "2000"},
    session={
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": "2",
        "PRAGMA foreign_keys": "1",
        "PRAGMA busy_timeout": "5000",
    },
)

_POSTGRES_WORDS = Words(
    session_id="SELECT pg_backend_pid()",
    kill="SELECT pg_terminate_backend({id})",
    interrupt="SELECT pg_cancel_backend({id})",
    is_waiting="SELECT COUNT(*) FROM pg_stat_activity WHERE pid = {id} "
    "AND wait_event_type = 'Lock'",
    is_gone="SELECT COUNT(*) = 0 FROM pg_stat_activity WHERE pid = {id}",
    # Sessions that are open already keep what they have.
    read_only=("ALTER DATABASE tradepost SET default_transaction_read_only = on",),
    read_write=("ALTER DATABASE tradepost RESET default_transaction_read_only",),
    is_encrypted="SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    shows_certificate="SELECT client_dn IS NOT NULL FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    impatient={"connect_timeout": 1},
)
_POSTGRES_SESSION = {
    "SHOW lock_timeout": "5s",
    "SHOW idle_in_transaction_session_timeout": "1min",
    "SHOW timezone": "UTC",
    "SHOW client_encoding": "UTF8",
}
_POSTGRES_ERRORS = (
    Case("NOWAIT", provoke.nowait, "55P03", BUSY, UNKNOWN),
    Case("lock timeout", provoke.lock_timeout, "55P03", BUSY, UNKNOWN),
    Case("duplicate key", provoke.duplicate_key, "23505", CONSTRAINT, CONSTRAINT),
    Case("CHECK", provoke.check, "23514", CONSTRAINT, CONSTRAINT),
    Case("NULL", provoke.null, "23502", CONSTRAINT, UNKNOWN),
    Case("overflow", provoke.overflow, "22003", CONSTRAINT, UNKNOWN),
    Case("number too large", provoke.number_too_large, "22003", CONSTRAINT, UNKNOWN),
    Case("orphan", provoke.orphan, "23503", CONSTRAINT, CONSTRAINT),
    Case("parent in use", provoke.parent_in_use, "23503", CONSTRAINT, CONSTRAINT),
    Case("stale row", provoke.stale_row, "40001", RETRY, RETRY),
    Case("write skew at COMMIT", provoke.write_skew, "40001", RETRY, RETRY),
    Case("refused connection", provoke.refused_connection, "no code", LOST, UNKNOWN),
    Case("silent server", provoke.silent_server, "no code", LOST, UNKNOWN),
    Case("no such table", provoke.no_such_table, "42P01", BUG, UNKNOWN),
    Case("aborted transaction", provoke.aborted, "25P02", BUG, UNKNOWN),
)
_POSTGRES_BREAKDOWNS = (
    Case("stopped", breakdowns.stopped, "57P01", LOST, UNKNOWN),
    # A backend that notices in time still says goodbye.
    Case("crashed", breakdowns.crashed, "no code,57P01", LOST, UNKNOWN),
    Case("no server", breakdowns.connection_refused, "no code", LOST, UNKNOWN),
    Case("masked COMMIT", breakdowns.masked_commit, "no code,57P01", LOST, UNKNOWN),
    Case("too many connections", breakdowns.too_many_connections, "no code", LOST, UNKNOWN),
    Case("read-only", breakdowns.read_only, "25006", LOST, UNKNOWN),
)

POSTGRESQL = Recipe(
    words=_POSTGRES_WORDS,
    errors=(
        Case("deadlock", provoke.deadlock, "40P01", RETRY, RETRY),
        *_POSTGRES_ERRORS,
        Case("orphan at COMMIT", provoke.orphan_at_commit, "23503", CONSTRAINT, CONSTRAINT),
        Case("killed", provoke.killed_mid_transaction, "57P01", LOST, UNKNOWN),
        Case("killed at COMMIT", provoke.killed_before_commit, "57P01", LOST, UNKNOWN),
        Case("used after loss", provoke.used_after_loss, "no code", LOST, UNKNOWN),
        Case("interrupted", provoke.interrupted, "57014", BUSY, UNKNOWN),
    ),
    breakdowns=_POSTGRES_BREAKDOWNS,
    server=postgresql,
    few_connections={"max_connections": "10", "superuser_reserved_connections": "0"},
    bound_sql="SHOW lock_timeout",
    bounds={0: "1ms", 0.0005: "1ms", 2: "2s"},
    session=_POSTGRES_SESSION | {"SHOW default_transaction_isolation": "read committed"},
    relaxed=frozenset(
        {
            "durability: fsync",
            "durability: synchronous_commit",
            "durability: full_page_writes",
        }
    ),
)

COCKROACHDB = Recipe(
    words=_POSTGRES_WORDS,
    errors=(
        # CockroachDB's own deadlocks are 40001; the stand-in's are PostgreSQL's.
        Case("deadlock", provoke.deadlock, "40001,40P01", RETRY, RETRY),
        *_POSTGRES_ERRORS,
        Case("killed", provoke.killed_mid_transaction, "57P01", LOST, UNKNOWN, standin=True),
        Case("killed at COMMIT", provoke.killed_before_commit, "57P01", LOST, UNKNOWN, True),
        Case("used after loss", provoke.used_after_loss, "no code", LOST, UNKNOWN, True),
        Case("interrupted", provoke.interrupted, "57014", BUSY, UNKNOWN, True),
    ),
    breakdowns=_POSTGRES_BREAKDOWNS,
    server=cockroach_standin,
    few_connections={"max_connections": "10", "superuser_reserved_connections": "0"},
    bound_sql="SHOW lock_timeout",
    bounds={0: "1ms", 0.0005: "1ms", 2: "2s"},
    session=_POSTGRES_SESSION | {"SHOW default_transaction_isolation": "serializable"},
    standin_sql="SELECT version() LIKE '%stand-in%'",
)

# What a driver calls a connection that ended: PyMySQL 2013, then 0; mysqlclient 2013, then 2006.
ENDED, USED_AGAIN, REFUSED = "2013,2006,1927", "0,2006", "2003,2002"
_MYSQL_WORDS: dict[str, Any] = {
    "session_id": "SELECT CONNECTION_ID()",
    "kill": "KILL {id}",
    "interrupt": "KILL QUERY {id}",
    "is_waiting": "SELECT COUNT(*) FROM information_schema.processlist "
    "WHERE id = {id} AND info LIKE '%FOR UPDATE%'",
    "is_gone": "SELECT COUNT(*) = 0 FROM information_schema.processlist WHERE id = {id}",
    "is_encrypted": "SHOW STATUS LIKE 'Ssl_cipher'",
    "certificate_user": (
        "CREATE USER shows_certificate REQUIRE X509",
        "GRANT ALL ON tradepost.* TO shows_certificate",
    ),
    "shows_certificate": "SELECT CURRENT_USER() LIKE 'shows_certificate%'",
    # PyMySQL's connect_timeout ends where the server has taken the connection.
    "impatient": {"connect_timeout": 1, "read_timeout": 1},
}
_MYSQL_SESSION = {
    "SELECT @@sql_mode": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
    "SELECT @@time_zone": "+00:00",
    "SELECT @@innodb_lock_wait_timeout": "5",
    "SELECT @@tx_isolation": "READ-COMMITTED",
    "SELECT @@autocommit": "1",
    "SELECT @@character_set_client": "utf8mb4",
    "SELECT @@character_set_connection": "utf8mb4",
}
_MYSQL_ERRORS = (
    Case("deadlock", provoke.deadlock, "1213", RETRY, RETRY),
    Case("lock timeout", provoke.lock_timeout, "1205", BUSY, UNKNOWN),
    Case("duplicate key", provoke.duplicate_key, "1062", CONSTRAINT, CONSTRAINT),
    Case("NULL", provoke.null, "1048", CONSTRAINT, UNKNOWN),
    Case("overflow", provoke.overflow, "1690", CONSTRAINT, UNKNOWN),
    Case("number too large", provoke.number_too_large, "1264", CONSTRAINT, UNKNOWN),
    Case("below zero", provoke.below_zero, "1690", CONSTRAINT, UNKNOWN),
    Case("orphan", provoke.orphan, "1452", CONSTRAINT, UNKNOWN),
    Case("parent in use", provoke.parent_in_use, "1451", CONSTRAINT, UNKNOWN),
    Case("killed", provoke.killed_mid_transaction, ENDED, LOST, UNKNOWN),
    Case("killed at COMMIT", provoke.killed_before_commit, ENDED, LOST, UNKNOWN),
    Case("used after loss", provoke.used_after_loss, USED_AGAIN, LOST, UNKNOWN),
    Case("interrupted", provoke.interrupted, "1317", LOST, UNKNOWN),
    Case("refused connection", provoke.refused_connection, REFUSED, LOST, UNKNOWN),
    Case("silent server", provoke.silent_server, "2013", LOST, UNKNOWN),
    Case("silence mid-statement", provoke.silence, "2013", LOST, UNKNOWN),
    Case("no such table", provoke.no_such_table, "1146", BUG, UNKNOWN),
)
_MYSQL_BREAKDOWNS = (
    Case("stopped", breakdowns.stopped, ENDED, LOST, UNKNOWN),
    Case("crashed", breakdowns.crashed, ENDED, LOST, UNKNOWN),
    Case("no server", breakdowns.connection_refused, REFUSED, LOST, UNKNOWN),
    Case("masked COMMIT", breakdowns.masked_commit, ENDED, LOST, UNKNOWN),
    Case("too many connections", breakdowns.too_many_connections, "1040", LOST, UNKNOWN),
)

MARIADB = Recipe(
    words=Words(
        **_MYSQL_WORDS,
        read_only=(
            "CREATE USER IF NOT EXISTS plain",
            "GRANT ALL ON tradepost.* TO plain",
            "SET GLOBAL read_only = 1",
        ),
        read_write=("SET GLOBAL read_only = 0",),
        read_only_user="plain",
    ),
    errors=(
        *_MYSQL_ERRORS,
        Case("NOWAIT", provoke.nowait, "1205", BUSY, UNKNOWN),
        Case("CHECK", provoke.check, "4025", CONSTRAINT, UNKNOWN),
        Case("read-only transaction", provoke.read_only_transaction, "1792", LOST, UNKNOWN),
    ),
    breakdowns=(
        *_MYSQL_BREAKDOWNS,
        Case("read-only", breakdowns.read_only, "1290", LOST, UNKNOWN),
    ),
    server=mariadb,
    few_connections={"max-connections": "10"},
    # From 11.4 on, it makes itself a certificate.
    plain_text={"ssl": "OFF"},
    bound_sql="SELECT @@innodb_lock_wait_timeout",
    bounds={0: "0", 0.0005: "1", 2: "2"},
    session=_MYSQL_SESSION,
    relaxed=frozenset({"durability: log flush", "durability: double write"}),
)

TIDB = Recipe(
    words=Words(
        **_MYSQL_WORDS,
        read_only=("SET GLOBAL tidb_super_read_only = 1",),
        read_write=(
            "SET GLOBAL tidb_super_read_only = 0",
            "SET GLOBAL tidb_restricted_read_only = 0",
        ),
    ),
    errors=(
        *_MYSQL_ERRORS,
        Case("NOWAIT", provoke.nowait, "3572", BUSY, UNKNOWN),
        Case("CHECK", provoke.check, "3819", CONSTRAINT, UNKNOWN),
        Case("write conflict at COMMIT", provoke.write_conflict, "9007", RETRY, RETRY),
    ),
    breakdowns=(
        *_MYSQL_BREAKDOWNS,
        Case("read-only", breakdowns.read_only, "1836", LOST, UNKNOWN),
    ),
    server=tidb,
    few_connections={"max_connections": "10"},
    bound_sql="SELECT @@innodb_lock_wait_timeout",
    bounds={0: "1", 0.0005: "1", 2: "2"},
    session=_MYSQL_SESSION | {"SELECT @@tidb_txn_mode": "pessimistic"},
    id_after_restart=4001,
    trust_sql="SELECT default_value FROM information_schema.variables_info "
    "WHERE variable_name = 'tidb_enable_check_constraint'",
)

RECIPES = {
    "sqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "mariadb": MARIADB,
    "tidb": TIDB,
    "cockroachdb": COCKROACHDB,
}


def can_require(driver: str) -> bool:
    """Say whether ``tls=require`` can be asked of a driver: not of one that may do without."""
    return driver != "mysqlclient"


def checks_host_at_verify_ca(driver: str) -> bool:
    """Say whether a driver checks more than it is asked to.

    MariaDB's Connector/C does, whose versions are 3.…; MySQL's own library does not.
    """
    if driver != "mysqlclient":
        return False
    return str(importlib.import_module("MySQLdb").get_client_info()).startswith("3.")
