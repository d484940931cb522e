"""Errors as others recorded them, classified: none of these was provoked here.

Each is rebuilt as the exception object that its driver makes of it, wrapped in Django's. What a
live server can be made to answer is in `test_verdicts_live`.
"""

from __future__ import annotations

import importlib
import sqlite3
import struct
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import psycopg
import pymysql
import pytest
from django.db.transaction import TransactionManagementError
from django.db.utils import DatabaseErrorWrapper, Error

from tests.engines.recipes import RECIPES
from tests.engines.recorded import RECORDED, Recorded
from tradepost.engines import ENGINES, Engine, ErrorClass, Phase

pytestmark = pytest.mark.once

BY_NAME = {engine.name: engine for engine in ENGINES}


class Answer:
    """An error as libpq hands it to psycopg."""

    def __init__(self, sqlstate: str, text: str) -> None:
        self._sqlstate = sqlstate
        self._text = text

    def error_field(self, field: psycopg.pq.DiagnosticField) -> bytes | None:
        return self._sqlstate.encode() if field is psycopg.pq.DiagnosticField.SQLSTATE else None

    def get_error_message(self, encoding: str) -> str:
        return self._text


def by_psycopg(code: str, text: str) -> Exception:
    if not code:
        return psycopg.OperationalError(text)
    return psycopg.errors.error_from_result(Answer(code, text))  # type: ignore[arg-type]


def by_pymysql(code: str, text: str) -> Exception:
    packet = b"\xff" + struct.pack("<H", int(code)) + b"#HY000" + text.encode()
    try:
        pymysql.err.raise_mysql_exception(packet)
    except pymysql.err.Error as error:
        return error
    raise AssertionError("a packet of an error raises it")


def by_mysqlclient(code: str, text: str) -> Exception:
    module = importlib.import_module("MySQLdb._exceptions")
    error: Exception = module.OperationalError(int(code), text)
    return error


def by_sqlite3(code: str, text: str) -> Exception:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = int(code)
    return error


def drivers(engine: Engine) -> Iterator[tuple[str, ModuleType]]:
    """Yield the engine's drivers that are installed, by their names and modules."""
    for driver in engine.drivers:
        try:
            name = "MySQLdb._exceptions" if driver == "mysqlclient" else driver
            yield driver, importlib.import_module(name)
        except ImportError:
            continue


MAKERS = {
    "psycopg": by_psycopg,
    "pymysql": by_pymysql,
    "mysqlclient": by_mysqlclient,
    "sqlite3": by_sqlite3,
}


def as_django_raises(driver_error: Exception, module: ModuleType) -> Exception:
    """Return what Django makes of a driver's error."""
    wrapper = SimpleNamespace(Database=module, errors_occurred=False)
    try:
        with DatabaseErrorWrapper(wrapper):
            raise driver_error
    except Error as error:
        return error


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: f"{each.engine} {each.code}")
def test_a_recorded_error_gets_its_verdict(recorded: Recorded) -> None:
    """With each driver that is installed, before COMMIT and at it."""
    engine = BY_NAME[recorded.engine]
    met = 0
    for driver, module in drivers(engine):
        error = as_django_raises(MAKERS[driver](recorded.code, recorded.text), module)

        assert engine.classify(error, Phase.BEFORE_COMMIT) is recorded.before
        assert engine.classify(error, Phase.COMMIT) is recorded.at_commit
        met += 1

    assert met >= 1
    assert recorded.source


def test_an_aborted_transaction_is_told_by_what_aborted_it() -> None:
    """25P02 alone would be a mistake of ours."""
    engine = BY_NAME["postgresql"]
    root = as_django_raises(by_psycopg("40P01", "deadlock detected"), psycopg)
    later = as_django_raises(by_psycopg("25P02", "current transaction is aborted"), psycopg)
    alone = engine.classify(later, Phase.BEFORE_COMMIT)
    later.__cause__.__context__ = root  # type: ignore[union-attr]

    assert alone is ErrorClass.BUG
    assert engine.classify(later, Phase.BEFORE_COMMIT) is ErrorClass.RETRY


def test_a_restart_hidden_behind_djangos_own_error_is_found() -> None:
    """The bug of a published retry loop: cockroachdb/docs#14002."""
    engine = BY_NAME["cockroachdb"]
    hidden = TransactionManagementError("An error occurred in the current transaction.")
    hidden.__cause__ = as_django_raises(by_psycopg("40001", "restart transaction"), psycopg)

    assert engine.classify(hidden, Phase.BEFORE_COMMIT) is ErrorClass.RETRY


def test_a_failed_reconnection_does_not_hide_what_commit_answered() -> None:
    """Certain or not, the first error counts."""
    engine = BY_NAME["cockroachdb"]
    for code, error_class in (("40001", ErrorClass.RETRY), ("40003", ErrorClass.UNKNOWN)):
        refused = as_django_raises(by_psycopg("", "connection refused"), psycopg)
        refused.__cause__.__context__ = as_django_raises(by_psycopg(code, ""), psycopg)  # type: ignore[union-attr]

        assert engine.classify(refused, Phase.COMMIT) is error_class


def test_every_code_that_an_engine_lists_was_met_somewhere() -> None:
    """Here or on a live server; no error_class is a guess that nobody tried."""
    seen: dict[str, set[str]] = {name: set() for name in RECIPES}
    for each in RECORDED:
        seen[each.engine].add(each.code or "no code")
    for name, recipe in RECIPES.items():
        for case in (*recipe.errors, *recipe.breakdowns):
            seen[name] |= set(case.codes.split(","))
    families = {"cockroachdb": "postgresql", "tidb": "mariadb"}
    unmet = {
        (engine.name, code)
        for engine in ENGINES
        for code in engine.error_classes
        if code not in seen[engine.name] | seen.get(families.get(engine.name, ""), set())
    }

    assert unmet == set()
