"""Executes units: at once if nothing is being committed, otherwise in the next group."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines.statements import batched
from tradepost.errors import Unavailable
from tradepost.txn.committer import GROUP_MAX, Notify, QueuedUnit, committer
from tradepost.txn.errors import DatabaseUnavailable, NestedUnit, TooMuchWaiting
from tradepost.txn.failure import RunSeparately
from tradepost.txn.group import execute_alone
from tradepost.txn.retry import RetryPolicy
from tradepost.txn.snapshot import is_open
from tradepost.txn.unit import Outcome, Unit

A = TypeVar("A")
PATIENT = RetryPolicy()
logger = logging.getLogger(__name__)


def execute(
    unit: Unit[A],
    *,
    wait_s: float | None = None,
    dry_run: bool = False,
    policy: RetryPolicy | None = None,
    using: str = "default",
) -> Outcome[A]:
    """Run a unit and return its outcome.

    Units that arrive while another commits share a transaction.

    Args:
        wait_s: How long to wait for a lock, in seconds; 0 does not wait. Rounded up to the engine's
            unit (whole seconds on some). None waits and retries until the policy's deadline.
        dry_run: Run the decision on the current rows, and write nothing.
        policy: When to give up.

    Raises:
        Refusal: The decision refused, or the key was used for another request.
        Busy, Locked, KeyInProgress, DatabaseUnavailable: Nothing happened; try again.
        OutcomeUnknown: The commit may have happened.
        ConstraintRefused: A constraint refused a row that the rules allowed; nothing happened.
        NestedUnit: It was called inside an open transaction.
    """
    connection = connections[using]
    _refuse_to_nest(connection)
    # A group has one limit for all its waits, so a unit with its own limit runs alone.
    if wait_s is None and not dry_run and _is_grouped(connection):
        outcome = committer(using).execute(unit, policy or PATIENT)
    else:
        outcome = execute_alone(unit, wait_s=wait_s, dry_run=dry_run, policy=policy, using=using)
    if not dry_run:
        _call_back(unit, outcome, connection)
    return outcome


def execute_many(
    units: Sequence[Unit[A]], *, using: str = "default"
) -> list[Outcome[A] | Exception]:
    """Run units in order, many per transaction, and return each one's outcome or error.

    Units of other callers may run between two groups. If a whole group fails as `Unavailable`, or
    the database is down, the remaining units are not tried: their result is `TooMuchWaiting`.
    """
    connection = connections[using]
    _refuse_to_nest(connection)
    grouped = _is_grouped(connection)
    # One at a time, a row that stays locked says nothing about the units that follow.
    size, hopeless = (GROUP_MAX, Unavailable) if grouped else (1, DatabaseUnavailable)
    results: list[Outcome[A] | Exception] = []
    for chunk in batched(units, size):
        if grouped:
            queued = committer(using).run_all(chunk, PATIENT)
            added = [_result(conclude, one, using=using) for one in queued]
        else:
            added = [_result(execute, unit, using=using) for unit in chunk]
        results += added
        if all(isinstance(one, hopeless) for one in added):
            break
    return results + [TooMuchWaiting() for _ in units[len(results) :]]


def submit(unit: Unit[Any], notify: Notify, *, ticket: object, using: str = "default") -> None:
    """Queue a unit without waiting for it; `conclude` returns its outcome once it has one.

    Args:
        notify: Called in the committer's thread, with all units that got a result together.
        ticket: Anything the caller uses to identify the unit.

    Raises:
        Busy: Too many units are waiting, or the process is stopping.
    """
    committer(using).submit(unit, PATIENT, notify, ticket)


def conclude(queued: QueuedUnit, *, using: str = "default") -> Outcome[Any]:
    """Return or raise the result of a queued unit; see `execute`.

    A unit that must run separately runs now, on the caller's connection.
    """
    outcome = committer(using).conclude(queued)
    if queued.unit.after_commit:
        _call_back(queued.unit, outcome, connections[using])
    return outcome


def is_concluded(queued: QueuedUnit) -> bool:
    """Return whether `conclude` would return or raise at once."""
    return not isinstance(queued.result, RunSeparately) and not queued.unit.after_commit


def _is_grouped(connection: BaseDatabaseWrapper) -> bool:
    # Inside a test's transaction, only its own connection sees its rows.
    return not connection.in_atomic_block


def _result(
    call: Callable[..., Outcome[Any]], *args: object, **options: str
) -> Outcome[Any] | Exception:
    try:
        return call(*args, **options)
    except Exception as error:  # noqa: BLE001 - it is this unit's result
        return error


def _call_back(unit: Unit[Any], outcome: Outcome[Any], connection: BaseDatabaseWrapper) -> None:
    if outcome.replayed:
        return
    for callback in unit.after_commit:
        _call(callback, outcome, connection)


def _call(
    callback: Callable[[Outcome[Any]], None], outcome: Outcome[Any], connection: BaseDatabaseWrapper
) -> None:
    """Run a callback and log any error: the commit is already done."""

    def after_commit() -> None:
        try:
            callback(outcome)
        except Exception:
            logger.exception("a callback after the commit failed")

    # A test's transaction never commits. With `on_commit`, the test decides when this runs.
    if connection.in_atomic_block:
        transaction.on_commit(after_commit, using=connection.alias)
    else:
        after_commit()


def _refuse_to_nest(connection: BaseDatabaseWrapper) -> None:
    """Refuse to run in a transaction, except the one that Django's TestCase opens for a test."""
    if is_open(connection.alias):
        raise NestedUnit("a snapshot is read-only: close it before executing a unit")
    blocks = connection.atomic_blocks
    open_block = bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)
    # With autocommit off, a transaction is open without an atomic block.
    if open_block or (not blocks and connection.connection and not connection.get_autocommit()):
        raise NestedUnit("a unit owns its transaction: call execute outside of atomic")
