"""The type that describes what a database can and cannot do."""

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
    """What an error means for the transaction that raised it."""

    # Nothing happened, and a retry may succeed right away.
    RETRY = "retry"
    # Nothing happened; another transaction holds a lock for longer than we wait.
    BUSY = "busy"
    # Nothing happened; a constraint refused a row.
    CONSTRAINT = "refused by constraint"
    # Nothing happened; the connection is lost, or the server is down, full or read-only.
    LOST = "connection lost"
    # The commit may have happened.
    UNKNOWN = "unknown outcome"
    # Nothing happened, and a retry will not help: a bug in our code.
    BUG = "bug"


class RowLocks(enum.Enum):
    """How a set of rows is locked."""

    # They are not: a write transaction is exclusive from its first statement.
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
        once: SQL that limits the wait of one statement or transaction, with ``{wait}``; a statement
            is inserted as ``{verb}`` and ``{rest}``.
        per_second: Units in a second (1000 for milliseconds).
        least: The shortest wait that the server accepts, in its units.
        group_s: How long a group waits for its locks at first. Other workers hold rows for
            milliseconds, so this is the shortest timeout of the server, but at least 0.1 s.
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
        """Return SQL that limits the wait of one statement or transaction to ``wait_s`` seconds."""
        verb, _, rest = sql.partition(" ")
        return self.once.format(wait=self._units(wait_s), verb=verb, rest=rest)

    def _units(self, wait_s: float) -> int:
        return max(self.least, -int(-wait_s * self.per_second // 1))


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A guarantee that the database must give, and how to check it.

    Attributes:
        name: What is guaranteed.
        sql: A query that returns one value (the last column of the first row).
        kept: The values that are accepted, in lower case.
        advice: What to change for any other value.
        required: Whether coins may be lost without it; otherwise it is only advice.
    """

    name: str
    sql: str
    kept: frozenset[str]
    advice: str
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One database, as data. The comment above each field is the question that it answers."""

    # What is it called, in settings and in messages?
    name: str
    title: str
    # Which URL schemes name it?
    schemes: tuple[str, ...]
    # Which Django backend speaks to it?
    backend: str
    # What is the oldest supported version?
    oldest_version: tuple[int, ...]
    # Which port does it listen on by default? None if it is a file.
    default_port: int | None
    # Which drivers does ``?driver=`` accept? The first is the default.
    drivers: tuple[str, ...]
    # Which OPTIONS does Django get, for a driver and TLS settings?
    options: Callable[[str, Tls], dict[str, Any]]
    # Does it have the TLS options? A file does not.
    takes_tls: bool

    # How are rows locked?
    row_locks: RowLocks
    # Does the server take NOWAIT after FOR UPDATE (whatever its Django backend says)?
    has_nowait: bool
    # How is the wait for a lock limited?
    lock_wait: LockWait
    # Which isolation level do our transactions run at?
    isolation: str
    # Which query returns the isolation level?
    isolation_sql: str
    # Does INSERT … RETURNING return new ids? If not, the driver reports the first id of a multi-row
    # INSERT, and the others follow without a gap.
    has_returning: bool
    # Which class builds the SQL that differs? It is imported only for the engine in use.
    dialect: str
    # Which statements, given {table} and {column}, make a new table's ids count from 1, if they do
    # not by default?
    count_from_one: tuple[str, ...] = ()
    # Which table options keep servers from reserving blocks of ids?
    counted_table_options: Mapping[str, Any] = field(default_factory=dict)
    # Does the server enforce CHECK constraints by default?
    enforces_checks: bool
    # Does the column type of Django's Positive* fields reject negative values?
    has_unsigned: bool
    # If an integer column can hold other types: which SQL, given {column}, finds what is not a
    # whole number?
    not_whole_sql: str | None = None
    # Does DDL roll back with its transaction?
    rolls_back_ddl: bool
    # Does Django index foreign key columns there?
    indexes_foreign_keys: bool
    # Which statements open and close a transaction that sees one snapshot?
    snapshot: tuple[tuple[str, ...], str]

    # Where does an exception keep the database's code?
    code_of: Callable[[BaseException], Iterator[str]]
    # What does a code mean before COMMIT?
    error_classes: Mapping[str, ErrorClass]
    # Which codes at COMMIT prove that nothing was committed?
    certain_at_commit: frozenset[str]
    # Which codes are catch-alls that only the text tells apart? (part of the text -> error class)
    texts: Mapping[str, Mapping[str, ErrorClass]] = field(default_factory=dict)
    # What must the server guarantee (see ``tradepost doctor``)?
    promises: tuple[Promise, ...] = ()

    def speak(self, connection: BaseDatabaseWrapper, wait_s: float = LOCK_WAIT_S) -> "Dialect":
        """Return the dialect, which builds and runs the statements of one transaction.

        Args:
            wait_s: How long a statement waits for a lock.
        """
        dialect: type[Dialect] = import_string(self.dialect)
        return dialect(self, connection, wait_s)

    def classify(
        self, error: BaseException, phase: Phase, until: BaseException | None = None
    ) -> ErrorClass:
        """Return the class of an error.

        The phase matters more than the code: if the connection was lost before COMMIT was sent,
        nothing happened. After that, the outcome is unknown.

        Args:
            error: The error that was raised. Its causes are checked as well, the root cause first.
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
        # An unlisted database error is harmless before COMMIT. At COMMIT, the outcome is unknown.
        unlisted = any(isinstance(step, DatabaseError | InterfaceError) for step in chain)
        return ErrorClass.UNKNOWN if unlisted and phase is Phase.COMMIT else ErrorClass.BUG

    def _error_class(self, code: str, text: str) -> ErrorClass | None:
        for part, error_class in self.texts.get(code, {}).items():
            if part in text:
                return error_class
        return self.error_classes.get(code)
