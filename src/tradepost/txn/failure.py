"""What a failed attempt means for the units in it."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tradepost.engines import ErrorClass
from tradepost.txn import errors
from tradepost.txn.unit import RowLock, Unit


class Step(enum.Enum):
    """How far an attempt has come."""

    BEGIN = "begin"
    WORK = "lock, decide, write"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that ended in an error.

    Attributes:
        at_receipts: Whether inserting the receipts failed.
        missing_row: Whether a lock named a row that did not exist.
    """

    error: Exception
    error_class: ErrorClass
    step: Step
    at_receipts: bool
    missing_row: bool

    @property
    def may_find_row(self) -> bool:
        """Whether another transaction may have added a row that the next attempt will find."""
        return self.error_class is ErrorClass.CONSTRAINT and (self.at_receipts or self.missing_row)

    def __str__(self) -> str:
        reason = str(self.error).partition("\n")[0]
        return f"{self.error_class.value} at {self.step.value}: {reason}"


@dataclass(frozen=True, slots=True)
class RunSeparately:
    """The result of a unit that its group could not apply: run it in its own transaction.

    Attributes:
        in_doubt: Whether a commit of the group may have applied it.
        failure: Why the group gave up.
        blocked: Its locks on rows that another transaction has locked.
    """

    in_doubt: bool = False
    failure: Failure | None = field(default=None, compare=False)
    blocked: Sequence[RowLock[Any]] = field(default=(), compare=False)


def raise_reason(result: RunSeparately, unit: Unit[Any], wait_s: float | None) -> NoReturn:
    """Raise the caller's error for a unit that could not be applied even separately.

    Args:
        wait_s: The caller's limit on waiting for a lock.
    """
    failure = result.failure
    if failure is None or result.in_doubt:
        raise errors.OutcomeUnknown from (failure.error if failure else None)
    match failure.error_class:
        case ErrorClass.BUG:
            raise failure.error
        case ErrorClass.CONSTRAINT:
            raise errors.ConstraintRefused from failure.error
        case ErrorClass.LOST:
            raise errors.DatabaseUnavailable from failure.error
        case ErrorClass.BUSY if failure.at_receipts and unit.key:
            raise errors.KeyInProgress(key=unit.key.value) from failure.error
        case ErrorClass.BUSY if wait_s is not None:
            raise errors.Locked(wait_s=wait_s) from failure.error
        case _:
            raise errors.Busy from failure.error
