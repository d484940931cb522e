"""Sessions driven by hand: with two of them in one thread, every interleaving is exact."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Any, Self

from django.db import connections
from django.db.utils import ConnectionHandler, Error

from tools.servers import Server
from tradepost.engines import ENGINES

Settings = dict[str, Any]
_ids = count(1)


class Session:
    """One connection of its own, made as the product makes them."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        entry = copy.deepcopy(settings)
        entry["OPTIONS"] = {**entry.get("OPTIONS", {}), **options}
        self.wrapper = ConnectionHandler({"default": entry})["default"]
        # A blocked statement has to wait in a thread of its own.
        self.wrapper.inc_thread_sharing()

    def run(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Send one statement and return its rows, if it has any."""
        with self.wrapper.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def value(self, sql: str, *parameters: Any) -> Any:
        """Return the last column of the first row, as `Promise` has it."""
        return self.run(sql, *parameters)[0][-1]

    def begin(self) -> Session:
        """Begin a transaction as Django's `atomic` does."""
        self.wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        return self

    def commit(self) -> None:
        self.wrapper.commit()
        self.wrapper.set_autocommit(True)

    def rollback(self) -> None:
        self.wrapper.rollback()
        self.wrapper.set_autocommit(True)

    def close(self) -> None:
        with contextlib.suppress(Error):
            # A file keeps the locks of a closed connection while anything refers to it.
            if self.wrapper.connection is not None:
                self.wrapper.rollback()
        with contextlib.suppress(Error):
            self.wrapper.close()


class Stage:
    """A database with two rows of its own in a table, and as many sessions as a test asks for.

    Attributes:
        one: The first row's id.
        two: The second row's id.
        server: The server, where it is private and may be broken.
    """

    def __init__(self, settings: Settings, server: Server | None = None) -> None:
        self.settings = settings
        self.server = server
        self.engine = next(each for each in ENGINES if each.backend == settings["ENGINE"])
        # Never the same twice: TiDB keeps the locks of a killed session for 20 seconds.
        self.one, self.two = next(_ids), next(_ids)
        self._sessions: list[Session] = []

    def __enter__(self) -> Self:
        self.session().run(
            "INSERT INTO staged (id, n, u) VALUES (%s, 10, 10), (%s, 10, 10)", self.one, self.two
        )
        return self

    def __exit__(self, *_: object) -> None:
        while self._sessions:
            self._sessions.pop().close()

    def session(self, **options: Any) -> Session:
        """Return a new session; its OPTIONS are the product's, save for these."""
        return self.login({}, **options)

    def login(self, changes: Settings, **options: Any) -> Session:
        """Return a new session with other settings, such as another USER."""
        session = Session({**self.settings, **changes}, **options)
        self._sessions.append(session)
        return session


@contextlib.contextmanager
def staged_table(settings: Settings) -> Iterator[None]:
    """Make the table of the stages: ``n`` is guarded by a CHECK, ``u`` by its type or not at all.

    Not a model's: the tests send plain statements, whose interleaving they know.
    """
    session = Session(settings)
    unsigned = session.wrapper.data_types["PositiveBigIntegerField"]
    try:
        session.run("DROP TABLE IF EXISTS staged")
        session.run(
            "CREATE TABLE staged (id bigint NOT NULL PRIMARY KEY, "
            f"n bigint NOT NULL CHECK (n >= 0), u {unsigned} NOT NULL)"
        )
        yield
        # The server may have been started again.
        session.close()
        session.run("DROP TABLE IF EXISTS staged")
    finally:
        session.close()


def error_of(call: Callable[[], Any]) -> Exception:
    """Return the database error that a call ends in.

    Raises:
        AssertionError: It ends well.
    """
    try:
        call()
    except Error as error:
        return error
    raise AssertionError("no database error was raised")


@contextlib.contextmanager
def waiting(call: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Let a call that will block run in a thread of its own, for as long as the block."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(call)


@contextlib.contextmanager
def known_as(alias: str, session: Session) -> Iterator[None]:
    """Let Django know a session by an alias, so that its `atomic` takes it."""
    session.wrapper.alias = alias
    connections[alias] = session.wrapper
    try:
        yield
    finally:
        del connections[alias]


@contextlib.contextmanager
def registered(alias: str, settings: Settings) -> Iterator[str]:
    """Let Django know a database by an alias, in every thread."""
    completed = ConnectionHandler({"default": copy.deepcopy(settings)}).settings
    connections.settings[alias] = completed["default"]
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias], connections.settings[alias]
