"""The types of the transaction core: units, their changes and their outcomes."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, Required, TypedDict, TypeVar, cast

from django.db.models import Model

from tradepost.txn.act import Act
from tradepost.txn.retry import RetryPolicy

R = TypeVar("R")
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class RowLock(NamedTuple, Generic[R]):
    """A row to lock before it is read: a table and a key.

    ``R`` is the type of the row as decisions see it: a protocol with the model's attributes.

    Attributes:
        model: The table.
        value: The key's value. The row need not exist: a decision may depend on that, too.
        field: The primary key, or the name of a field that is unique.
    """

    model: type[Model]
    value: Any
    field: str = "pk"


class NewId:
    """A placeholder for the id of a row that is not written yet, for use in other rows.

    Attributes:
        value: The id; None until the database assigns it, and in a dry run.
    """

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: int | None = None


# An id, or the placeholder for one that this decision or an earlier one in its group inserts.
Id = int | NewId


def known_id(row_id: Id) -> int | None:
    """Return an id; None until the database assigns it, and in a dry run."""
    return row_id.value if isinstance(row_id, NewId) else row_id


class Update(NamedTuple):
    """New values for some columns of a locked row."""

    lock: RowLock[Any]
    values: Mapping[str, object]


@dataclass(slots=True, eq=False)
class Insert:
    """A row to insert; two with the same values are two rows.

    Attributes:
        values: By attribute name; missing ones get the field's default.
        id: The placeholder for its id, if the database assigns it.
    """

    model: type[Model]
    values: dict[str, Any]
    id: NewId = field(default_factory=NewId)


class Delete(NamedTuple):
    """A locked row to delete."""

    lock: RowLock[Any]


@dataclass(frozen=True, slots=True)
class Deferred(Generic[A]):
    """An answer that is made after the database has assigned the new rows' ids.

    Attributes:
        make: Called once, after the rows are written and before the commit; reads `NewId.value`.
    """

    make: Callable[[], A]


@dataclass(slots=True, kw_only=True)
class Changes(Generic[A]):
    """What a decision returns: its changes and its answer.

    Attributes:
        answer: For the caller.
    """

    answer: A | Deferred[A]
    updates: Sequence[Update] = ()
    inserts: Sequence[Insert] = ()
    deletes: Sequence[Delete] = ()


class Rows(Protocol):
    """The locked rows, as a decision sees them."""

    @property
    def now(self) -> datetime:
        """The database's time, read once the rows are locked; use it instead of a clock."""

    def get(self, lock: RowLock[R]) -> R | None:
        """Return the row, or None if there is none.

        Raises:
            LookupError: The unit did not name this lock.
        """

    def scratch(self) -> "Scratch":
        """Return a copy of the rows to change in memory, for combining decisions."""


class Scratch(Protocol):
    """Rows that several decisions change in memory before the transaction gets the result."""

    def rows(self, locks: Sequence[RowLock[Any]]) -> Rows:
        """Return some of the rows as they are now."""

    def apply(self, changes: Changes[Any]) -> None:
        """Make a decision's changes."""

    def changes(self, answer: A | Deferred[A]) -> Changes[A]:
        """Return all changes as those of one decision, with this answer."""


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key, as the caller gave it.

    Attributes:
        actor: The key's owner; two actors never share a key.
        value: The key, compared byte by byte.
        scope: Where it was sent, such as a method and a route: the same key elsewhere is another
            request.
    """

    actor: str
    value: str
    scope: str = ""

    @property
    def receipt_id(self) -> str:
        """The receipt's primary key: a UUID derived from actor and key, as hex.

        One fixed-size column is always looked up by its index, and spreads writes.
        """
        return _digest([self.actor, self.value])

    def fingerprint(self, act: str, terms: object) -> str:
        """Return a fingerprint that identifies this request: a UUID as hex.

        Args:
            terms: As JSON values.
        """
        return _digest([self.scope, act, terms])


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Generic[A]):
    """One decision over locked rows.

    Attributes:
        locks: The rows it depends on, named before anything is read.
        decide: A pure function of those rows that returns `Changes` or raises a `Refusal`. It may
            run any number of times, so it must not use a clock, the database or randomness.
        act: What is done.
        terms: The act's parameters; act and terms identify the request.
        key: The caller's idempotency key, or none.
        after_commit: Called once with the outcome, after the commit; an error in one is logged.
    """

    locks: Sequence[RowLock[Any]]
    decide: Callable[[Rows], Changes[A]]
    act: Act[Any, A]
    terms: Any
    key: Key | None = None
    after_commit: Sequence[Callable[["Outcome[A]"], None]] = ()

    def __post_init__(self) -> None:
        # Found out after the commit, this would look like a failure of what was done.
        if callable(self.after_commit):
            raise TypeError("after_commit takes a sequence of functions, not one function")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[A_co]):
    """The result of a unit.

    Attributes:
        answer: The decision's answer.
        replayed: Whether it was already applied under the same key, so that nothing happened now.
    """

    answer: A_co
    replayed: bool = False


class CallOptions(TypedDict, total=False):
    """Options that every service passes on to `execute`.

    Attributes:
        wait_s: How long to wait for a lock, in seconds; 0 does not wait. None waits and retries
            until the policy's deadline.
        dry_run: Run the decision on the current rows, and write nothing.
        policy: When to give up.
        using: The database's alias.
    """

    wait_s: float | None
    dry_run: bool
    policy: RetryPolicy | None
    using: str


class Call(CallOptions, total=False):
    """The arguments that every service takes besides its own.

    Attributes:
        actor: Who calls the service; recorded in ledger entries.
        key: The caller's idempotency key, if any.
    """

    actor: Required[str]
    key: Key | None


def options_of(call: Call) -> CallOptions:
    """Return the arguments of a call that `execute` takes."""
    own = {name: value for name, value in call.items() if name not in ("actor", "key")}
    return cast("CallOptions", own)


def _digest(parts: Sequence[Any]) -> str:
    """Return a name-based UUID as hex: like version 5 of RFC 9562, but with SHA-256.

    Some engines' UUID columns accept only versions 1 to 5.
    """
    # Unlike JSON, this creates no encoder. Unlike repr, it is the same in every Python version.
    digest = hashlib.sha256(ascii(parts).encode()).hexdigest()
    return f"{digest[:12]}5{digest[13:16]}8{digest[17:32]}"
