"""Finds the database's own error code in an exception and its causes."""

from collections.abc import Iterator

from django.db.utils import DatabaseError, InterfaceError

# The code of an error that says only that the connection failed.
NO_CODE = "no code"


def root_first(error: BaseException, until: BaseException | None) -> list[BaseException]:
    """List an error and its causes, the root cause first.

    Django hides errors behind later ones (a failed COMMIT behind a failed reconnection, a
    deadlock behind a TransactionManagementError), so the first one raised shows what happened.

    Args:
        error: Where to start.
        until: An exception that was being handled before the work began; it and its causes belong
            to other code.
    """
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step is not until and all(step is not seen for seen in chain):
        chain.append(step)
        step = step.__cause__ or step.__context__
    return chain[::-1]


def sqlstate(error: BaseException) -> Iterator[str]:
    """Yield the SQLSTATE that psycopg keeps on its errors (PostgreSQL, CockroachDB)."""
    code = getattr(error, "sqlstate", None)
    if code:
        yield code
    elif type(error).__module__.partition(".")[0] == "psycopg" and type(error).__name__ in (
        "OperationalError",
        "InterfaceError",
        "ConnectionTimeout",
    ):
        # A lost, refused, silent or closed connection has no SQLSTATE.
        yield NO_CODE


def errno(error: BaseException) -> Iterator[str]:
    """Yield the error number that MySQL drivers keep as the first argument.

    Django remaps some of them (1048, 1690, 3819, 4025) without a cause, so its own classes are
    read as well.
    """
    driver = type(error).__module__.partition(".")[0] in ("pymysql", "MySQLdb")
    known = driver or isinstance(error, DatabaseError | InterfaceError)
    if known and error.args and isinstance(error.args[0], int):
        yield str(error.args[0])


def sqlite_code(error: BaseException) -> Iterator[str]:
    """Yield SQLite's primary result code: extended codes share their lowest eight bits."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        yield str(code & 0xFF)
