"""Finding the database's code in an exception, and in all that stands before it."""

from __future__ import annotations

import sqlite3

import psycopg
import pymysql
import pytest
from django.db.utils import InterfaceError, OperationalError

from tradepost.engines.codes import NO_CODE, errno, root_first, sqlite_code, sqlstate

pytestmark = pytest.mark.once


def chained(cause: Exception | None = None, context: Exception | None = None) -> Exception:
    error = Exception()
    error.__cause__, error.__context__ = cause, context
    return error


def test_the_first_raised_comes_first() -> None:
    """Along causes and contexts alike."""
    first = Exception()
    second = chained(context=first)
    third = chained(cause=second)

    assert root_first(third, None) == [first, second, third]


def test_a_cause_goes_before_a_context() -> None:
    """It was named on purpose."""
    cause, context = Exception(), Exception()
    error = chained(cause=cause, context=context)

    assert root_first(error, None) == [cause, error]


def test_a_circle_ends() -> None:
    """Each exception is listed once."""
    first = chained()
    second = chained(context=first)
    first.__context__ = second

    assert root_first(second, None) == [first, second]


def test_what_was_raised_before_the_work_is_left_out() -> None:
    """With all behind it."""
    older = Exception()
    foreign = chained(context=older)
    error = chained(context=foreign)

    assert root_first(error, foreign) == [error]
    assert root_first(foreign, foreign) == []


def test_exceptions_are_told_apart_by_identity() -> None:
    """Two that are equal are still two."""

    class Equal(Exception):
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Equal)

        __hash__ = Exception.__hash__

    first, second = Equal(), Equal()
    second.__context__ = first

    assert [id(step) for step in root_first(second, None)] == [id(first), id(second)]


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (psycopg.errors.UniqueViolation(), ["23505"]),
        (psycopg.OperationalError("server closed the connection"), [NO_CODE]),
        (psycopg.InterfaceError("connection already closed"), [NO_CODE]),
        (psycopg.errors.ConnectionTimeout("connection timeout expired"), [NO_CODE]),
        (psycopg.ProgrammingError("the query has 1 placeholder but 0 parameters"), []),
        (OperationalError("no driver behind it"), []),
        (ConnectionResetError(), []),
    ],
)
def test_psycopg_has_a_sqlstate_or_lost_its_connection(error: Exception, codes: list[str]) -> None:
    """Where the server said nothing, only the class is left to tell."""
    assert list(sqlstate(error)) == codes


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (pymysql.err.OperationalError(1213, "Deadlock found"), ["1213"]),
        (pymysql.err.InterfaceError(0, ""), ["0"]),
        (OperationalError(2013, "Lost connection"), ["2013"]),
        (InterfaceError(0, ""), ["0"]),
        (pymysql.err.OperationalError("1213"), []),
        (OSError(104, "Connection reset by peer"), []),
        (ValueError(1213), []),
        (pymysql.err.OperationalError(), []),
    ],
)
def test_mysql_drivers_have_a_number_first(error: Exception, codes: list[str]) -> None:
    """Nobody else's number is taken for one."""
    assert list(errno(error)) == codes


def test_sqlite_has_a_primary_code_in_an_extended_one() -> None:
    """As 517, BUSY_SNAPSHOT, is a BUSY."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = 517

    assert list(sqlite_code(error)) == ["5"]
    assert list(sqlite_code(sqlite3.ProgrammingError("closed"))) == []
