"""Errors that nobody can provoke here, as others have recorded them; each with its source.

CockroachDB cannot be had on a test machine, and one TiDB or MariaDB server alone has no nodes
that lose each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from tradepost.engines import ErrorClass

BUG, BUSY, CONSTRAINT = ErrorClass.BUG, ErrorClass.BUSY, ErrorClass.CONSTRAINT
LOST, RETRY, UNKNOWN = ErrorClass.LOST, ErrorClass.RETRY, ErrorClass.UNKNOWN

# Where the texts were found.
CRDB_RETRY = "cockroachdb/docs@616f1f5 v24.1/transaction-retry-error-reference.md"
CRDB_CODES = "cockroachdb/cockroach@089528b pkg/sql/pgwire/pgcode/codes.go"
CRDB_LOSS = "cockroachdb/docs@79e9a5d v26.2/common-errors.md"
TIDB_DOCS = "pingcap/docs@019ecee error-codes.md"
TIDB_CODES = "pingcap/tidb@000120d errors.toml"
PG_CODES = "postgresql.org/docs/15/errcodes-appendix.html"
PG_DRIVER = "psycopg 3.3.9 on PostgreSQL 15, server stopped"
MYSQL_CODES = "dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html"
MYSQL_CLIENT = "dev.mysql.com/doc/mysql-errors/8.4/en/client-error-reference.html"
SQLITE_CODES = "sqlite.org/rescode.html"


@dataclass(frozen=True)
class Recorded:
    """An error as its server or driver gave it.

    Attributes:
        engine: Whose it is.
        code: SQLSTATE or number; empty where the driver has none.
        text: What it says, in its telling part.
        before: What it means before COMMIT was sent.
        at_commit: What it means as COMMIT's own answer.
        source: Where it was recorded.
    """

    engine: str
    code: str
    text: str
    before: ErrorClass
    at_commit: ErrorClass
    source: str


def _restart(reason: str, source: str = CRDB_RETRY) -> Recorded:
    text = f"restart transaction: TransactionRetryWithProtoRefreshError: {reason}"
    return Recorded("cockroachdb", "40001", text, RETRY, RETRY, source)


COCKROACHDB = (
    _restart("TransactionRetryError: retry txn (RETRY_WRITE_TOO_OLD - WriteTooOld flag converted)"),
    _restart("TransactionRetryError: retry txn (RETRY_SERIALIZABLE - failed preemptive refresh)"),
    _restart("TransactionRetryError: retry txn (RETRY_ASYNC_WRITE_FAILURE - missing intent)"),
    _restart("TransactionRetryError: retry txn (RETRY_COMMIT_DEADLINE_EXCEEDED - deadline passed)"),
    _restart("ReadWithinUncertaintyIntervalError: read at time 1 encountered recent write"),
    _restart("TransactionAbortedError(ABORT_REASON_ABORTED_RECORD_FOUND)"),
    _restart("TransactionAbortedError(ABORT_REASON_CLIENT_REJECT)"),
    _restart("TransactionAbortedError(ABORT_REASON_PUSHER_ABORTED)"),
    _restart("TransactionAbortedError(ABORT_REASON_ABORT_SPAN)"),
    _restart("TransactionAbortedError(ABORT_REASON_NEW_LEASE_PREVENTS_TXN)"),
    _restart("TransactionAbortedError(ABORT_REASON_TIMESTAMP_CACHE_REJECTED)"),
    _restart("injected by `inject_retry_errors_enabled` session variable"),
    Recorded(
        "cockroachdb",
        "40003",
        "result is ambiguous (error=rpc error: code = Unavailable desc = transport is closing)",
        UNKNOWN,
        UNKNOWN,
        "cockroachdb/cockroach#48168",
    ),
    Recorded(
        "cockroachdb",
        "XXA00",
        "transaction committed but schema change aborted with error",
        UNKNOWN,
        UNKNOWN,
        CRDB_CODES,
    ),
    Recorded("cockroachdb", "58C00", "replica unavailable", LOST, UNKNOWN, CRDB_CODES),
    Recorded("cockroachdb", "58C01", "internal connection failure", LOST, UNKNOWN, CRDB_CODES),
    Recorded("cockroachdb", "57P01", "server is shutting down", LOST, UNKNOWN, CRDB_LOSS),
    Recorded(
        "cockroachdb",
        "",
        "consuming input failed: server closed the connection unexpectedly",
        LOST,
        UNKNOWN,
        CRDB_LOSS,
    ),
)
POSTGRESQL = (
    Recorded(
        "postgresql",
        "57P01",
        "terminating connection due to administrator command",
        LOST,
        UNKNOWN,
        PG_DRIVER,
    ),
    Recorded("postgresql", "57P02", "crash of another server process", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "57P03", "the database system is starting up", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "57P05", "idle-session timeout", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "25P03", "idle-in-transaction timeout", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "25P04", "transaction timeout", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "08000", "connection exception", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "08001", "unable to establish connection", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "08003", "connection does not exist", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "08004", "server rejected the connection", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "08006", "connection failure", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "08007", "transaction resolution unknown", UNKNOWN, UNKNOWN, PG_CODES),
    Recorded("postgresql", "23P01", "exclusion violation", CONSTRAINT, CONSTRAINT, PG_CODES),
    Recorded("postgresql", "53100", "could not extend file", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "53200", "out of memory", LOST, UNKNOWN, PG_CODES),
    Recorded("postgresql", "53300", "too many connections for role", LOST, UNKNOWN, PG_CODES),
)
MARIADB = (
    Recorded(
        "mariadb",
        "1047",
        "WSREP has not yet prepared node for application use",
        LOST,
        UNKNOWN,
        "mariadb-corporation/galera#680",
    ),
    Recorded(
        "mariadb",
        "1213",
        "Deadlock: wsrep aborted transaction",
        RETRY,
        RETRY,
        "PyMySQL/PyMySQL#681; at COMMIT: privacyidea/privacyidea#1268",
    ),
    Recorded("mariadb", "1020", "Record has changed since last read", RETRY, RETRY, "MDEV-39263"),
    Recorded("mariadb", "1180", "Got error 5 during COMMIT", LOST, UNKNOWN, MYSQL_CODES),
    Recorded(
        "mariadb",
        "3101",
        "Plugin instructed the server to rollback the current transaction",
        RETRY,
        RETRY,
        MYSQL_CODES,
    ),
    Recorded("mariadb", "1053", "Server shutdown in progress", LOST, UNKNOWN, MYSQL_CODES),
    Recorded("mariadb", "1114", "The table 'entry' is full", LOST, UNKNOWN, MYSQL_CODES),
    Recorded("mariadb", "1203", "more than 'max_user_connections'", LOST, UNKNOWN, MYSQL_CODES),
    Recorded("mariadb", "1836", "Running in read-only mode", LOST, UNKNOWN, MYSQL_CODES),
    # MySQL 8's own: it answers to the same scheme.
    Recorded("mariadb", "3572", "NOWAIT is set.", BUSY, UNKNOWN, MYSQL_CODES),
    Recorded("mariadb", "3819", "Check constraint is violated.", CONSTRAINT, UNKNOWN, MYSQL_CODES),
    Recorded("mariadb", "1927", "Connection was killed", LOST, UNKNOWN, "mariadb.com/kb/en/e1927"),
    Recorded("mariadb", "2005", "Unknown MySQL server host", LOST, UNKNOWN, MYSQL_CLIENT),
    Recorded("mariadb", "2012", "Error in server handshake", LOST, UNKNOWN, MYSQL_CLIENT),
    Recorded("mariadb", "2014", "Commands out of sync", LOST, UNKNOWN, MYSQL_CLIENT),
    Recorded("mariadb", "2026", "SSL is required but the server", LOST, UNKNOWN, MYSQL_CLIENT),
    Recorded("mariadb", "2055", "Lost connection to MySQL server at", LOST, UNKNOWN, MYSQL_CLIENT),
)
TIDB = (
    Recorded("tidb", "8002", "can not retry select for update statement", RETRY, RETRY, TIDB_DOCS),
    Recorded("tidb", "8022", "Error: KV error safe to retry", RETRY, RETRY, TIDB_DOCS),
    Recorded("tidb", "8028", "Information schema is changed", RETRY, RETRY, TIDB_CODES),
    Recorded("tidb", "9007", "reason=LazyUniquenessCheck", RETRY, RETRY, TIDB_DOCS),
    # Not in the documented set of those that are safe at COMMIT.
    Recorded("tidb", "8005", "Write Conflict, txnStartTS is stale", RETRY, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "8147", "LazyUniquenessCheckFailure", RETRY, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "8027", "Information schema is out of date", LOST, UNKNOWN, TIDB_CODES),
    Recorded("tidb", "8229", "transaction exceeds its time", LOST, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "9001", "PD Server Timeout", LOST, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "9002", "TiKV Server Timeout", LOST, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "9003", "TiKV Server is Busy", LOST, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "9004", "Resolve Lock Timeout", LOST, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "9005", "Region is unavailable", LOST, UNKNOWN, TIDB_DOCS),
    Recorded("tidb", "9008", "TiKV store token is up to the limit", LOST, UNKNOWN, TIDB_DOCS),
    Recorded(
        "tidb",
        "1105",
        "pessimistic lock retry limit reached",
        RETRY,
        UNKNOWN,
        "pingcap/tidb#64062",
    ),
    Recorded("tidb", "1105", "Information schema is changed", RETRY, UNKNOWN, TIDB_CODES),
    Recorded(
        "tidb",
        "1105",
        "other error: unknown error Wire Error(InvalidEnumValue(4004))",
        BUG,
        UNKNOWN,
        TIDB_DOCS,
    ),
    # A commit of which it knows nothing is not told: the server closes the connection.
    Recorded(
        "tidb",
        "2013",
        "Lost connection to MySQL server during query",
        LOST,
        UNKNOWN,
        "pingcap/tidb#29920",
    ),
)
SQLITE = (
    Recorded("sqlite", "6", "database table is locked", BUSY, UNKNOWN, SQLITE_CODES),
    Recorded("sqlite", "262", "database table is locked: shared", BUSY, UNKNOWN, SQLITE_CODES),
    Recorded("sqlite", "261", "database is locked by recovery", BUSY, BUSY, SQLITE_CODES),
    Recorded("sqlite", "10", "disk I/O error", LOST, UNKNOWN, SQLITE_CODES),
    Recorded("sqlite", "1034", "disk I/O error in fsync", LOST, UNKNOWN, SQLITE_CODES),
    Recorded("sqlite", "11", "database disk image is malformed", BUG, UNKNOWN, SQLITE_CODES),
)
RECORDED = (*SQLITE, *COCKROACHDB, *POSTGRESQL, *MARIADB, *TIDB)
