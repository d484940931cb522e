"""Errors as the drivers raise them, put before or after one statement, or at the commit."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines import Engine, ErrorClass
from tradepost.engines.codes import NO_CODE, errno, sqlite_code, sqlstate


def conflict(engine: Engine) -> Exception:
    """Return an error of the driver's own that means: somebody else was there, try again."""
    return error_of(engine, codes(engine, ErrorClass.RETRY, ErrorClass.BUSY)[0])


def codes(engine: Engine, *error_classes: ErrorClass) -> list[str]:
    """List the engine's recorded codes that mean one of these."""
    return [
        code for code, error_class in engine.error_classes.items() if error_class in error_classes
    ]


def error_of(engine: Engine, code: str, text: str = "injected") -> Exception:
    """Return the driver's own error with a code."""
    return _MAKERS[engine.code_of](connections["default"].Database, code, text)


def _with_sqlstate(driver: Any, code: str, text: str) -> Exception:
    if code == NO_CODE:
        return driver.OperationalError("server closed the connection unexpectedly")
    try:
        return driver.errors.lookup(code)(text)
    except KeyError:
        # A code the driver has no class for: it tells it all the same.
        error = driver.OperationalError(text)
        error.sqlstate = code
        return error


def _with_errno(driver: Any, code: str, text: str) -> Exception:
    kind = driver.InterfaceError if code == "0" else driver.OperationalError
    return kind(int(code), text)


def _with_result_code(_driver: Any, code: str, text: str) -> Exception:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = int(code)
    return error


# An engine finds a code in one of three places; so is it put there.
_MAKERS = {sqlstate: _with_sqlstate, errno: _with_errno, sqlite_code: _with_result_code}


def sever(connection: BaseDatabaseWrapper, engine: Engine) -> None:
    """Break the connection under the driver; a file is closed."""
    raw: Any = connection.connection
    if raw is None:
        return
    if engine.default_port is None:
        # Cursors that are still referred to would keep its transaction open.
        raw.rollback()
        raw.close()
        return
    descriptor = raw._sock.fileno() if hasattr(raw, "_sock") else raw.fileno()
    with socket.socket(fileno=socket.dup(descriptor)) as line, contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@dataclass
class Fault:
    """An error that the driver raises at one statement or at the commit.

    Attributes:
        error: What is raised; None only counts.
        at: Which statement, from 0; None is the commit.
        after: Whether the statement is run, or the commit done, before it fails.
        cut: Whether the connection breaks with it.
        times: In how many transactions it is raised; in the second, ``at`` counts from its BEGIN.
        seen: How many statements there were.
        fired: How often it was raised.
    """

    connection: BaseDatabaseWrapper
    engine: Engine
    error: Exception | None = None
    at: int | None = None
    after: bool = False
    cut: bool = False
    times: int = 1
    seen: int = 0
    fired: int = 0
    _armed: bool = True

    def __post_init__(self) -> None:
        # Not Django's proxy, whose attributes are not its own.
        self.connection = connections[self.connection.alias]

    def statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run a statement, as an execute wrapper does."""
        place, self.seen = self.seen, self.seen + 1
        return self._run(lambda: execute(sql, params, many, context), due=place == self.at)

    @contextlib.contextmanager
    def installed(self) -> Iterator[Fault]:
        """Be on the watch inside the block."""
        commit, set_autocommit = self.connection.commit, self.connection.set_autocommit

        def faulty() -> None:
            self._run(commit, due=self.at is None)

        def begin(autocommit: bool, **options: Any) -> None:
            if not autocommit and not self._armed and self.fired < self.times:
                # What a new connection sends first is no part of the transaction.
                self.connection.ensure_connection()
                self._armed, self.seen = True, 0
            set_autocommit(autocommit, **options)

        with (
            _replaced(self.connection, "commit", faulty),
            _replaced(self.connection, "set_autocommit", begin),
            self.connection.execute_wrapper(self.statement),
        ):
            yield self

    @contextlib.contextmanager
    def when_autocommit_is(self, value: bool) -> Iterator[Fault]:
        """Be on the watch for autocommit being set: False begins a transaction, True is after it.

        Some drivers send a statement for it that no execute wrapper sees.
        """
        self.connection.ensure_connection()
        set_autocommit = self.connection.set_autocommit

        def faulty(autocommit: bool, **options: Any) -> None:
            self._run(lambda: set_autocommit(autocommit, **options), due=autocommit == value)

        with _replaced(self.connection, "set_autocommit", faulty):
            yield self

    def _run(self, call: Callable[[], Any], *, due: bool) -> Any:
        if not due or not self._armed or self.fired == self.times or self.error is None:
            return call()
        self.fired += 1
        self._armed = False
        if self.after:
            call()
        if self.cut:
            sever(self.connection, self.engine)
        with self.connection.wrap_database_errors:
            raise self.error


@contextlib.contextmanager
def _replaced(connection: BaseDatabaseWrapper, method: str, replacement: Any) -> Iterator[None]:
    """Replace a method of one connection inside the block, one replacement around another."""
    around = vars(connection).get(method)
    setattr(connection, method, replacement)
    try:
        yield
    finally:
        if around is None:
            delattr(connection, method)
        else:
            setattr(connection, method, around)


def unlisted(engine: Engine) -> Exception:
    """Return an error with a code that the engine's data do not list."""
    code = _UNLISTED[engine.code_of]
    assert code not in engine.error_classes
    return error_of(engine, code)


_UNLISTED = {sqlstate: "XX000", errno: "1064", sqlite_code: "1"}
