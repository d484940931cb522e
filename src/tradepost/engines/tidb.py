"""TiDB: MySQL's protocol, distributed."""

from typing import Any

from tradepost.engines.base import Engine, ErrorClass, LockWait, Promise, RowLocks
from tradepost.engines.codes import errno
from tradepost.engines.mariadb import (
    AUTO_INCREMENT,
    CERTAIN_AT_COMMIT,
    DRIVERS,
    ERROR_CLASSES,
    STRICT_MODE,
    TIME_ZONE,
    session_options,
)
from tradepost.engines.tls import Tls


def options(driver: str, tls: Tls) -> dict[str, Any]:
    """Return Django's OPTIONS: pessimistic transactions, so that locks are real locks."""
    return session_options(driver, tls, "tidb_txn_mode = 'pessimistic'")


ENGINE = Engine(
    name="tidb",
    title="TiDB",
    schemes=("tidb",),
    backend="django_tidb",
    # The first version with foreign keys and savepoints (django_tidb's features)
    oldest_version=(6, 6),
    default_port=4000,
    drivers=DRIVERS,
    options=options,
    takes_tls=True,
    # SELECT … IN (…) ORDER BY … FOR UPDATE fails under contention with 1105 "pessimistic lock
    # retry limit reached"; locking row by row does not fail, and is faster.
    row_locks=RowLocks.ROW_BY_ROW,
    # The server has it since 3.0 (pingcap/tidb#12775), although django_tidb says it does not. SKIP
    # LOCKED is parsed but takes no lock (pingcap/tidb#69720), so we never send it.
    has_nowait=True,
    lock_wait=LockWait(
        sql="SET innodb_lock_wait_timeout = {wait}",
        # docs.pingcap.com/tidb/stable/optimizer-hints#set_varvar_namevar_value
        once="{verb} /*+ SET_VAR(innodb_lock_wait_timeout = {wait}) */ {rest}",
        per_second=1,
        least=1,
        group_s=1,
    ),
    isolation="read committed",
    isolation_sql="SELECT REPLACE(@@tx_isolation, '-', ' ')",
    has_returning=False,
    dialect="tradepost.engines.dialects.mysql.MySQL",
    # Otherwise each server reserves 30,000 ids. With this, one server assigns all ids, and skips up
    # to 4,000 when it restarts (seen on 8.5.6). It cannot be changed later
    # (docs.pingcap.com/tidb/stable/auto-increment#mysql-compatibility-mode).
    counted_table_options={"tidb_auto_id_cache": 1},
    # Off by default: tidb_enable_check_constraint (docs.pingcap.com/tidb/stable/constraints).
    enforces_checks=False,
    has_unsigned=True,
    rolls_back_ddl=False,
    indexes_foreign_keys=True,
    # Snapshot isolation is what TiDB calls REPEATABLE READ. READ ONLY is refused (1235).
    snapshot=(
        ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION"),
        "ROLLBACK",
    ),
    code_of=errno,
    # docs.pingcap.com/tidb/stable/error-codes. TiDB has no code for an unknown commit outcome: it
    # closes the connection (pingcap/tidb#29920), which is 2013.
    error_classes=ERROR_CLASSES
    | {
        "8002": ErrorClass.RETRY,  # a retry of its own is not possible
        "8005": ErrorClass.RETRY,  # the transaction's timestamp is stale
        "8022": ErrorClass.RETRY,  # commit failed, can be retried
        "8027": ErrorClass.LOST,  # its schema is out of date
        "8028": ErrorClass.RETRY,  # the schema changed
        "8147": ErrorClass.RETRY,  # lazy uniqueness check
        "8229": ErrorClass.LOST,  # the transaction took too long
        "9001": ErrorClass.LOST,  # PD timeout
        "9002": ErrorClass.LOST,  # TiKV timeout
        "9003": ErrorClass.LOST,  # TiKV busy
        "9004": ErrorClass.LOST,  # resolve lock timeout
        "9005": ErrorClass.LOST,  # region unavailable
        "9007": ErrorClass.RETRY,  # write conflict
        "9008": ErrorClass.LOST,
    },
    certain_at_commit=CERTAIN_AT_COMMIT | {"8002", "8022", "8028", "9007"},
    texts={
        "1105": {
            "pessimistic lock retry limit reached": ErrorClass.RETRY,
            "Information schema is changed": ErrorClass.RETRY,
        }
    },
    promises=(
        Promise(
            name="isolation",
            sql="SELECT @@tx_isolation",
            kept=frozenset({"read-committed"}),
            advice="the session must run at READ COMMITTED",
        ),
        Promise(
            name="pessimistic transactions",
            sql="SELECT @@tidb_txn_mode",
            kept=frozenset({"pessimistic"}),
            advice="set tidb_txn_mode = 'pessimistic': locks would be taken only at COMMIT",
        ),
        Promise(
            name="no hidden retries",
            sql="SELECT @@tidb_disable_txn_auto_retry",
            kept=frozenset({"1", "on"}),
            advice="set tidb_disable_txn_auto_retry = ON: its own retries lose updates",
        ),
        Promise(
            name="CHECK constraints",
            sql="SELECT @@tidb_enable_check_constraint",
            kept=frozenset({"1", "on"}),
            advice="SET GLOBAL tidb_enable_check_constraint = ON before the first migration",
            required=False,
        ),
        STRICT_MODE,
        AUTO_INCREMENT,
        TIME_ZONE,
    ),
)
