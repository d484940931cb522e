"""MariaDB, and what it shares with TiDB: MySQL's protocol and error numbers."""

from typing import Any

from tradepost.engines.base import Engine, ErrorClass, LockWait, Promise, RowLocks
from tradepost.engines.codes import errno
from tradepost.engines.defaults import CONNECT_TIMEOUT_S, LOCK_WAIT_S, SILENCE_TIMEOUT_S
from tradepost.engines.tls import Tls

PYMYSQL, MYSQLCLIENT = DRIVERS = ("pymysql", "mysqlclient")
STRICT = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"


def session_options(driver: str, tls: Tls, *settings: str) -> dict[str, Any]:
    """Return Django's OPTIONS for a server that speaks MySQL's protocol."""
    variables = (
        f"sql_mode = '{STRICT}'",
        f"innodb_lock_wait_timeout = {LOCK_WAIT_S}",
        "time_zone = '+00:00'",
        *settings,
    )
    translate = tls.for_mysqlclient if driver == MYSQLCLIENT else tls.for_pymysql
    return {
        "charset": "utf8mb4",
        "connect_timeout": CONNECT_TIMEOUT_S,
        "read_timeout": SILENCE_TIMEOUT_S,
        "write_timeout": SILENCE_TIMEOUT_S,
        "isolation_level": "read committed",
        "init_command": "SET " + ", ".join(variables),
        **translate(),
    }


def options(driver: str, tls: Tls) -> dict[str, Any]:
    """Return Django's OPTIONS."""
    return session_options(driver, tls)


# mariadb.com/kb/en/mariadb-error-code-reference, dev.mysql.com (server and client errors)
ERROR_CLASSES = {
    "0": ErrorClass.LOST,  # the driver's handle is closed
    "1020": ErrorClass.RETRY,  # record changed since last read (innodb_snapshot_isolation)
    "1040": ErrorClass.LOST,  # too many connections
    "1047": ErrorClass.LOST,  # Galera: not in the primary component
    "1048": ErrorClass.CONSTRAINT,
    "1053": ErrorClass.LOST,  # shutting down
    "1062": ErrorClass.CONSTRAINT,
    "1114": ErrorClass.LOST,  # the table is full
    "1180": ErrorClass.LOST,  # error during COMMIT
    "1203": ErrorClass.LOST,  # too many connections of this user
    "1205": ErrorClass.BUSY,  # lock wait timeout; MariaDB's NOWAIT too
    "1213": ErrorClass.RETRY,  # deadlock; Galera's certification failure too
    "1264": ErrorClass.CONSTRAINT,  # a number out of its column's range
    "1290": ErrorClass.LOST,  # read-only
    "1317": ErrorClass.LOST,  # interrupted by KILL
    "1451": ErrorClass.CONSTRAINT,
    "1452": ErrorClass.CONSTRAINT,
    "1690": ErrorClass.CONSTRAINT,  # bigint unsigned below zero
    "1792": ErrorClass.LOST,  # read-only transaction
    "1836": ErrorClass.LOST,  # read-only mode
    "1927": ErrorClass.LOST,  # connection was killed (MariaDB)
    "2002": ErrorClass.LOST,
    "2003": ErrorClass.LOST,
    "2005": ErrorClass.LOST,  # unknown host (mysqlclient; PyMySQL says 2003)
    "2006": ErrorClass.LOST,
    "2012": ErrorClass.LOST,
    "2013": ErrorClass.LOST,
    "2014": ErrorClass.LOST,  # commands out of sync: the connection is unusable
    "2026": ErrorClass.LOST,  # TLS failed
    "2055": ErrorClass.LOST,
    "3101": ErrorClass.RETRY,  # group replication rolled it back
    "3572": ErrorClass.BUSY,  # NOWAIT
    "3819": ErrorClass.CONSTRAINT,  # CHECK
    "4025": ErrorClass.CONSTRAINT,  # CHECK (MariaDB)
}
CERTAIN_AT_COMMIT = frozenset({"1020", "1062", "1213", "3101"})

AUTO_INCREMENT = Promise(
    name="ids",
    sql="SELECT @@auto_increment_increment",
    kept=frozenset({"1"}),
    advice="set auto_increment_increment = 1: ids of bulk inserts are counted from the first",
)
STRICT_MODE = Promise(
    name="strict mode",
    sql="SELECT @@sql_mode LIKE '%STRICT_TRANS_TABLES%'",
    kept=frozenset({"1"}),
    advice="sql_mode must have STRICT_TRANS_TABLES: values would be cut silently",
)
TIME_ZONE = Promise(
    name="time zone",
    sql="SELECT @@time_zone",
    kept=frozenset({"+00:00", "utc"}),
    advice="the session should run in UTC",
    required=False,
)

ENGINE = Engine(
    name="mariadb",
    title="MariaDB",
    schemes=("mariadb", "mysql"),
    backend="django.db.backends.mysql",
    # docs.djangoproject.com/en/5.2/ref/databases
    oldest_version=(10, 5),
    default_port=3306,
    drivers=DRIVERS,
    options=options,
    takes_tls=True,
    row_locks=RowLocks.ONE_STATEMENT,
    has_nowait=True,
    # In whole seconds; 0 does not wait (10.3 and later).
    lock_wait=LockWait(
        sql="SET innodb_lock_wait_timeout = {wait}",
        once="SET STATEMENT innodb_lock_wait_timeout = {wait} FOR {verb} {rest}",
        per_second=1,
        least=0,
        group_s=1,
    ),
    isolation="read committed",
    isolation_sql="SELECT REPLACE(@@tx_isolation, '-', ' ')",
    has_returning=True,
    dialect="tradepost.engines.dialects.mysql.MySQL",
    enforces_checks=True,
    has_unsigned=True,
    rolls_back_ddl=False,
    indexes_foreign_keys=True,
    snapshot=(
        (
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ),
        "ROLLBACK",
    ),
    code_of=errno,
    error_classes=ERROR_CLASSES,
    certain_at_commit=CERTAIN_AT_COMMIT,
    promises=(
        Promise(
            name="isolation",
            sql="SELECT @@tx_isolation",
            kept=frozenset({"read-committed"}),
            advice="the session must run at READ COMMITTED: under REPEATABLE READ a plain read "
            "after a lock sees old rows",
        ),
        Promise(
            name="durability: log flush",
            sql="SELECT @@innodb_flush_log_at_trx_commit",
            kept=frozenset({"1"}),
            advice="set innodb_flush_log_at_trx_commit = 1: acknowledged commits may be lost",
        ),
        Promise(
            name="durability: double write",
            sql="SELECT @@innodb_doublewrite",
            kept=frozenset({"1", "on"}),
            advice="set innodb_doublewrite = ON",
        ),
        Promise(
            name="durability: binary log",
            sql="SELECT @@log_bin = 0 OR @@sync_binlog = 1",
            kept=frozenset({"1"}),
            advice="set sync_binlog = 1: replicas may miss acknowledged commits",
            required=False,
        ),
        Promise(
            name="lock time-outs",
            sql="SELECT @@innodb_rollback_on_timeout",
            kept=frozenset({"0", "off"}),
            advice="set innodb_rollback_on_timeout = OFF: a lock that cannot be had would end the "
            "transaction and release the other locks",
        ),
        Promise(
            name="storage engine",
            sql="SELECT @@default_storage_engine",
            kept=frozenset({"innodb"}),
            advice="set default_storage_engine = InnoDB: the others have no transactions",
        ),
        STRICT_MODE,
        AUTO_INCREMENT,
        TIME_ZONE,
    ),
)
