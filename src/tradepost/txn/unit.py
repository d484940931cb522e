"""The words of the transaction core: what is asked of it, and what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypedDict, TypeVar

from django.db.models import Model

from tradepost.txn.act import Act
from tradepost.txn.retry import RetryPolicy

R = TypeVar("R")
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class RowLock(NamedTuple, Generic[R]):
    """A row to lock before it is looked at: a table and a key.

    ``R`` is the type of the row as decisions see it: a protocol with the model's attributes.

    Attributes:
        model: The table.
        value: The key's value; a row that is not there is something to decide on, too.
        field: The primary key, or the name of a field that is unique.
    """

    model: type[Model]
    value: Any
    field: str = "pk"


class NewId:
    """The id of a row that is yet to be written; stands for it in the values of other rows.

    Attributes:
        value: The id, once the database has given it; None before, and in a dry run.
    """

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: int | None = None


# The id of a row that may be yet to be written: by this decision, or by one before it in its group.
Id = int | NewId


def known_id(row_id: Id) -> int | None:
    """Return an id once the database has given it; None before, and in a dry run."""
    return row_id.value if isinstance(row_id, NewId) else row_id


class Update(NamedTuple):
    """New values for some columns of a locked row."""

    lock: RowLock[Any]
    values: Mapping[str, object]


@dataclass(slots=True, eq=False)
class Insert:
    """A row to add; two with the same values are still two.

    Attributes:
        values: By attribute name; what is missing gets the field's default.
        id: Stands for the id that the database will give, where the table counts its own.
    """

    model: type[Model]
    values: dict[str, Any]
    id: NewId = field(default_factory=NewId)


class Delete(NamedTuple):
    """A locked row to remove."""

    lock: RowLock[Any]


@dataclass(frozen=True, slots=True)
class Deferred(Generic[A]):
    """An answer that is made once the database has given the new rows' ids.

    Attributes:
        make: Called once, after the rows were written and before the commit; reads `NewId.value`.
    """

    make: Callable[[], A]


@dataclass(slots=True, kw_only=True)
class Changes(Generic[A]):
    """What a decision decided.

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
        """The database's time, read once the locks were held; a decision reads no clock."""

    def get(self, lock: RowLock[R]) -> R | None:
        """Return the row, or None where there is none.

        Raises:
            LookupError: The unit did not name this lock.
        """

    def scratch(self) -> Scratch:
        """Return the same rows, to be changed in memory: a decision made of several."""


class Scratch(Protocol):
    """Rows that one decision after another changes, before any change is the transaction's."""

    def rows(self, locks: Sequence[RowLock[Any]]) -> Rows:
        """Return some of the rows as they are now."""

    def apply(self, changes: Changes[Any]) -> None:
        """Make a decision's changes."""

    def changes(self, answer: A | Deferred[A]) -> Changes[A]:
        """Return all that was changed, as one decision with this answer."""


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key, as the caller gave it.

    Attributes:
        actor: Whose key it is; two actors never share one.
        value: The key, bytewise.
        scope: Where it was given, such as a method and a route: the same key elsewhere is
            another request.
    """

    actor: str
    value: str
    scope: str = ""

    @property
    def receipt_id(self) -> str:
        """The receipt's primary key: a UUID derived from actor and key, as hex.

        One column of fixed size is looked up by its index in every plan, and spreads writes.
        """
        return _digest([self.actor, self.value])

    def fingerprint(self, act: str, terms: object) -> str:
        """Return what distinguishes this request from any other: a UUID as hex.

        Args:
            terms: As JSON values.
        """
        return _digest([self.scope, act, terms])


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Generic[A]):
    """One decision over locked rows.

    Attributes:
        locks: The rows it depends on, named before anything is read.
        decide: A pure function of those rows. It may run any number of times, so it reads no
            clock, no database and no randomness; it returns `Changes` or raises a `Refusal`.
        act: What is done.
        terms: What it is done with; act and terms make the request.
        key: The caller's idempotency key, or none.
        after_commit: Called once with the outcome, after the commit; an error in one is logged.
    """

    locks: Sequence[RowLock[Any]]
    decide: Callable[[Rows], Changes[A]]
    act: Act[Any, A]
    terms: Any
    key: Key | None = None
    after_commit: Sequence[Callable[[Outcome[A]], None]] = ()

    def __post_init__(self) -> None:
        # Found out after the commit, this would look like a failure of what was done.
        if callable(self.after_commit):
            raise TypeError("after_commit takes a sequence of functions, not one function")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[A_co]):
    """The result of a unit.

    Attributes:
        answer: What its decision answered.
        replayed: Whether it had been applied before, under the same key; nothing happened now.
    """

    answer: A_co
    replayed: bool = False


class CallOptions(TypedDict, total=False):
    """What every service passes on to `execute`.

    Attributes:
        wait_s: How long to wait for a lock, in seconds; 0 is not at all. None waits, and retries,
            until the policy's deadline.
        dry_run: Decide over the rows as they are, and write nothing.
        policy: When to give up.
        using: The database's alias.
    """

    wait_s: float | None
    dry_run: bool
    policy: RetryPolicy | None
    using: str


def _digest(parts: Sequence[Any]) -> str:
    """Return a name-based UUID, as hex; of SHA-256, where RFC 9562's version 5 has SHA-1.

    Not every engine's UUID column takes 16 bytes that are not of version 1 to 5.
    """
    # Unlike JSON, this needs no encoder to be made; unlike repr, it is the same in every Python.
    digest = hashlib.sha256(ascii(parts).encode()).hexdigest()
    return f"{digest[:12]}5{digest[13:16]}8{digest[17:32]}"
