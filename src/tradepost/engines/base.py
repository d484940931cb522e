"""The type that says what a database can and cannot do, as data."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError, InterfaceError
from django.utils.module_loading import import_string

from tradepost.engines.codes import root_first
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.engines.tls import Tls

if TYPE_CHECKING:
    from tradepost.engines.dialects.base import Dialect


class Phase(enum.Enum):
    """How far a transaction had come when an error was raised."""

    BEFORE_COMMIT = "before COMMIT was sent"
    COMMIT = "COMMIT was sent, its answer was not seen"


class ErrorClass(enum.Enum):
    """What an error means for the work that met it."""

    # Nothing happened; the same work may well succeed at once.
    RETRY = "retry"
    # Nothing happened; another transaction holds a lock for longer than we wait.
    BUSY = "busy"
    # Nothing happened; a constraint refused a row.
    CONSTRAINT = "refused by constraint"
    # Nothing happened; the connection or the server is gone, full or read-only.
    LOST = "connection lost"
    # The commit may have happened.
    UNKNOWN = "unknown outcome"
    # Nothing happened, and trying again will not help: our mistake.
    BUG = "bug"


class RowLocks(enum.Enum):
    """How a set of rows is locked."""

    # There are none: a write transaction is exclusive from its first statement.
    NONE = "none"
    # One ordered SELECT … FOR UPDATE locks them in that order.
    ONE_STATEMENT = "one statement"
    # A statement for each row, in order.
    ROW_BY_ROW = "row by row"


@dataclass(frozen=True, kw_only=True)
class LockWait:
    """How long a session waits for a lock, and how to change that.

    Attributes:
        sql: The statement that sets it for a session, with ``{wait}``.
        once: What bounds one statement or one transaction, with ``{wait}``; a statement is given
            as ``{verb}`` and ``{rest}``.
        per_second: Units in a second (1000 for milliseconds).
        least: The smallest wait the server takes, in its units.
        group_s: How long a group waits for its locks at first. Other workers hold rows for
            milliseconds, so it is as short as the server can count, but no less than 0.1 s.
    """

    sql: str
    once: str = ""
    per_second: int
    least: int
    group_s: float

    def statement(self, wait_s: float) -> str:
        """Return the statement that makes a session wait ``wait_s`` seconds, rounded up."""
        return self.sql.format(wait=self._units(wait_s))

    def within(self, sql: str, wait_s: float) -> str:
        """Return what makes one statement, or one transaction, wait ``wait_s`` seconds at most."""
        verb, _, rest = sql.partition(" ")
        return self.once.format(wait=self._units(wait_s), verb=verb, rest=rest)

    def _units(self, wait_s: float) -> int:
        return max(self.least, -int(-wait_s * self.per_second // 1))


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Something the database has to promise, and how to ask it.

    Attributes:
        name: What is promised.
        sql: Answers one value (the last column of the first row).
        kept: The answers, in lower case, that keep the promise.
        advice: What to change where it is broken.
        required: Whether coins may be lost without it; else it is only advice.
    """

    name: str
    sql: str
    kept: frozenset[str]
    advice: str
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One database, as data: a question above each field."""

    # What is it called, in settings and in messages?
    name: str
    title: str
    # Which URL schemes name it?
    schemes: tuple[str, ...]
    # Which Django backend speaks to it?
    backend: str
    # Which is the oldest version that this is written for?
    oldest_version: tuple[int, ...]
    # On which port does it listen by default? None: it is a file.
    default_port: int | None
    # Which drivers can be asked for by ``?driver=``; the first is the default.
    drivers: tuple[str, ...]
    # Which OPTIONS does Django get, for a driver and a TLS wish?
    options: Callable[[str, Tls], dict[str, Any]]
    # Are the server's certificate and name checked by ``tls``? A file has no such thing.
    takes_tls: bool

    # How are rows locked?
    row_locks: RowLocks
    # Does the server take NOWAIT after FOR UPDATE (whatever its Django backend says)?
    has_nowait: bool
    # How is the wait for a lock bounded?
    lock_wait: LockWait
    # Which isolation does a transaction of ours get?
    isolation: str
    # How is that asked?
    isolation_sql: str
    # Does INSERT … RETURNING tell new ids? Where not, the driver tells the first id of a
    # multi-row INSERT and the rest follow it without a gap.
    has_returning: bool
    # Which class builds the SQL that differs? It is imported for the engine in use only.
    dialect: str
    # Which statements, given {table} and {column}, make a new table's ids count from 1, where
    # they do not by themselves?
    count_from_one: tuple[str, ...] = ()
    # Which options must a table be created with, so that no server leases a block of ids?
    counted_table_options: Mapping[str, Any] = field(default_factory=dict)
    # Is a CHECK enforced by a server as it comes out of the box?
    enforces_checks: bool
    # Is a column of Django's Positive* type guarded against values below zero by its type?
    has_unsigned: bool
    # Where a column can hold a value of another type than its own: which SQL, given {column},
    # finds what is not a whole number?
    not_whole_sql: str | None = None
    # Does DDL roll back with its transaction?
    rolls_back_ddl: bool
    # Does Django index foreign key columns there?
    indexes_foreign_keys: bool
    # Which statements open and close a transaction that sees one snapshot?
    snapshot: tuple[tuple[str, ...], str]

    # Where does an exception keep the database's code?
    code_of: Callable[[BaseException], Iterator[str]]
    # What does a code mean while nothing was committed?
    error_classes: Mapping[str, ErrorClass]
    # Which codes at COMMIT say for certain that nothing was committed?
    certain_at_commit: frozenset[str]
    # Which codes are catch-alls, so that only the text tells? (part of the text -> error_class)
    texts: Mapping[str, Mapping[str, ErrorClass]] = field(default_factory=dict)
    # What must the server promise (see ``tradepost doctor``)?
    promises: tuple[Promise, ...] = ()

    def speak(self, connection: BaseDatabaseWrapper, wait_s: float = LOCK_WAIT_S) -> Dialect:
        """Return what builds and runs the statements of one transaction.

        Args:
            wait_s: How long a statement waits for a lock.
        """
        dialect: type[Dialect] = import_string(self.dialect)
        return dialect(self, connection, wait_s)

    def classify(
        self, error: BaseException, phase: Phase, until: BaseException | None = None
    ) -> ErrorClass:
        """Say what an error means.

        The phase matters more than the code: a connection lost before COMMIT was sent means
        that nothing happened; after it, the outcome is unknown.

        Args:
            error: What was raised; everything behind it is looked at, the first raised first.
            phase: How far the transaction had come.
            until: The exception that was being handled before the work began, if any.
        """
        chain = root_first(error, until)
        for step in chain:
            for code in self.code_of(step):
                error_class = self._error_class(code, str(step))
                if error_class is None:
                    continue
                if phase is Phase.COMMIT and code not in self.certain_at_commit:
                    return ErrorClass.UNKNOWN
                return error_class
        # An unlisted database error: harmless before COMMIT, unknown at it.
        unlisted = any(isinstance(step, DatabaseError | InterfaceError) for step in chain)
        return ErrorClass.UNKNOWN if unlisted and phase is Phase.COMMIT else ErrorClass.BUG

    def _error_class(self, code: str, text: str) -> ErrorClass | None:
        for part, error_class in self.texts.get(code, {}).items():
            if part in text:
                return error_class
        return self.error_classes.get(code)
