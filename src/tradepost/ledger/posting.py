"""What a book takes from decisions and returns to them, and the refusals that it raises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from tradepost.errors import Refusal
from tradepost.ledger.declaration import Kind
from tradepost.txn import Delete, Insert, Update


class OwnerRow(Protocol):
    """The columns of an owner's row that a book needs, besides its balances."""

    @property
    def id(self) -> int: ...
    @property
    def entry_count(self) -> int: ...


class Cause(NamedTuple):
    """Why a balance changes, when, and who changes it.

    Attributes:
        at: The transaction's time.
        actor: Who changes it.
    """

    kind: Kind
    at: datetime
    actor: str
    reason: str = ""

    def not_before(self, last: datetime | None) -> "Cause":
        """Return the same cause, but not earlier than the time of the owner's last entry."""
        return self if last is None or last <= self.at else self._replace(at=last)


class Posting(NamedTuple):
    """A change of one owner's balances.

    Attributes:
        update: The owner's new balances.
        insert: The entry.
        after: The new balance of each asset, by its name.
        number: The entry's.
        at: The entry's time.
    """

    update: Update
    insert: Insert
    after: Mapping[str, int]
    number: int
    at: datetime


class Opening(NamedTuple):
    """A new owner, and its first entry."""

    owner: Insert
    entry: Insert


class Closing(NamedTuple):
    """The deletion of an owner, and its last entry, which sets its balances to 0."""

    delete: Delete
    entry: Insert


class Insufficient(Refusal):
    """An owner has less of an asset than is required."""

    code = "insufficient"
    template = "{available} {asset} are available, {required} are required."


class LimitExceeded(Refusal):
    """An owner would have more of an asset than a balance can hold."""

    code = "limit_exceeded"
    template = "The balance would be {required} {asset}; the limit is {limit}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Make the domain's own refusals.

    Attributes:
        insufficient: Takes the owner's id, the asset, the required and the available amount.
        too_large: Takes the owner's id, the asset, the balance it would be, and its limit.
    """

    insufficient: Callable[[int, str, int, int], Insufficient]
    too_large: Callable[[int, str, int, int], LimitExceeded]


def _insufficient(owner: int, asset: str, required: int, available: int) -> Insufficient:
    return Insufficient(owner=owner, asset=asset, required=required, available=available)


def _too_large(owner: int, asset: str, required: int, limit: int) -> LimitExceeded:
    return LimitExceeded(owner=owner, asset=asset, required=required, limit=limit)


DEFAULT_REFUSALS = Refusals(insufficient=_insufficient, too_large=_too_large)
