"""Direct execution: one unit, one transaction, tried until it is settled."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.engines import Verdict
from tradepost.errors import TradepostError
from tradepost.txn import errors, snapshot
from tradepost.txn.attempt import Attempt, Failure, Step
from tradepost.txn.retry import RetryPolicy, Tries
from tradepost.txn.unit import Outcome, Unit

logger = logging.getLogger(__name__)

# A row that was missing, and could not be made because it is there, is found by the next try. If
# not even by this many, another constraint than its key is in the way.
OVERTAKEN_MAX = 3


def execute(
    unit: Unit,
    *,
    wait_s: float | None = None,
    dry_run: bool = False,
    policy: RetryPolicy | None = None,
    using: str = "default",
) -> Outcome:
    """Run a unit in a transaction of its own, and say what became of it.

    Args:
        wait_s: How long to wait for a lock; 0 is not at all. Rounded up to what the engine
            counts in (whole seconds, on some). None waits, and retries, until the policy's
            deadline.
        dry_run: Decide over the rows as they are, and write nothing.
        policy: When to give up.

    Raises:
        Refusal: The decision said no, or the key was used for another request.
        Busy, Locked, KeyInProgress, DatabaseUnavailable: Nothing happened; try again.
        OutcomeUnknown: The commit may have happened.
        ConstraintRefused: A row was refused that the rules had let pass; nothing happened.
        NestedUnit: It was called inside an open transaction.
    """
    _refuse_to_nest(connections[using])
    until = sys.exception()
    tries = Tries(policy or RetryPolicy())
    in_doubt = False
    overtaken = 0
    while True:
        attempt = Attempt(unit, using, wait_s, until)
        try:
            outcome = attempt.rehearse() if dry_run else attempt.run()
            break
        except TradepostError:
            raise
        except Exception as error:
            failure = attempt.failure(error)
            # While a commit is in doubt, a mistake in settling it tells nothing about it.
            if failure.verdict is Verdict.BUG and not in_doubt:
                raise
        reason = str(failure.error).partition("\n")[0]
        logger.info("%s at %s: %s", failure.verdict.value, failure.step.value, reason)
        if failure.verdict in (Verdict.LOST, Verdict.UNKNOWN):
            connections[using].close()
        in_doubt = in_doubt or failure.verdict is Verdict.UNKNOWN
        overtaken += failure.is_overtaken
        final = _is_final(failure, unit, wait_s, in_doubt=in_doubt) or overtaken > OVERTAKEN_MAX
        if final or not tries.sleep(failure.verdict):
            raise _reason(failure, unit, wait_s, in_doubt=in_doubt) from failure.error
    # If our own commit was in doubt, the receipt that settled it is ours.
    outcome = Outcome(outcome.answer, replayed=outcome.replayed and not in_doubt)
    if not (outcome.replayed or dry_run):
        for callback in unit.after_commit:
            _call(callback, outcome, connections[using])
    return outcome


def _call(
    callback: Callable[[Outcome], None], outcome: Outcome, connection: BaseDatabaseWrapper
) -> None:
    """Call back; what was committed stays so, whatever happens here."""

    def after_commit() -> None:
        try:
            callback(outcome)
        except Exception:
            logger.exception("a callback after the commit failed")

    # Inside a test's transaction nothing is committed: Django's own hook tells the test.
    if connection.in_atomic_block:
        transaction.on_commit(after_commit, using=connection.alias)
    else:
        after_commit()


def _refuse_to_nest(connection: BaseDatabaseWrapper) -> None:
    """Refuse an open transaction, save the one that Django's TestCase wraps around a test."""
    if snapshot.is_open(connection.alias):
        raise errors.NestedUnit("a unit writes, and a snapshot is for reading: close it first")
    blocks = connection.atomic_blocks
    open_block = bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)
    # Code that switched autocommit off has a transaction open without a block.
    if open_block or (not blocks and connection.connection and not connection.get_autocommit()):
        raise errors.NestedUnit("a unit owns its transaction: call execute outside of atomic")


def _is_final(failure: Failure, unit: Unit, wait_s: float | None, *, in_doubt: bool) -> bool:
    """Say whether another try could not help, or is not wished."""
    waited = wait_s is not None and failure.verdict is Verdict.BUSY
    # Without a key there is no receipt to look for: a commit in doubt stays in doubt.
    refused = failure.verdict is Verdict.CONSTRAINT and not failure.is_overtaken
    useless = refused or failure.verdict is Verdict.BUG
    return waited or useless or (in_doubt and unit.key is None)


def _reason(
    failure: Failure, unit: Unit, wait_s: float | None, *, in_doubt: bool
) -> TradepostError:
    """Return what to tell the caller of a unit that is given up."""
    if in_doubt:
        return errors.OutcomeUnknown()
    if failure.verdict is Verdict.CONSTRAINT:
        return errors.ConstraintRefused()
    if failure.verdict is Verdict.LOST:
        return errors.DatabaseUnavailable()
    if failure.verdict is Verdict.BUSY and failure.step is Step.CLAIM and unit.key:
        return errors.KeyInProgress(key=unit.key.value)
    if failure.verdict is Verdict.BUSY and wait_s is not None:
        return errors.Locked(wait_s=wait_s)
    return errors.Busy()
