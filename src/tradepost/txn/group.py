"""Runs units in one transaction, and retries until each has its own result.

The results are the same as if the units ran one after another in the order given. Rows are locked
and read once, decisions run on them in memory, and the changes are written in bulk. A single unit
is a group of one.
"""

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.db import connections

from tradepost.engines import ErrorClass, engine_of
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.engines.statements import LockMode
from tradepost.txn.apply import Applier, Result
from tradepost.txn.attempt import Attempt, Options
from tradepost.txn.counters import tally
from tradepost.txn.errors import OutcomeUnknown
from tradepost.txn.failure import Failure, RunSeparately, raise_reason
from tradepost.txn.retry import RetryPolicy, Tries
from tradepost.txn.unit import Outcome, Unit

A = TypeVar("A")
logger = logging.getLogger(__name__)

# How long a group is retried before its units run separately: other units are waiting.
POLICY = RetryPolicy(deadline_s=2.0)
# Errors after which another attempt may succeed.
RETRIED = (ErrorClass.RETRY, ErrorClass.LOST, ErrorClass.UNKNOWN)
# If an insert fails because the row exists, the next attempt finds it. If this many attempts do not
# find it, the cause is a constraint other than its key.
FINDING_MAX = 3


class Execution:
    """Runs units in one transaction, in as many attempts as it takes.

    Args:
        options: Of the first attempt.
        alone: Whether no other units wait for these, so that they may wait for locked rows.
        bounded: Whether the caller limits the wait for locked rows.
    """

    def __init__(
        self,
        units: Sequence[Unit[Any]],
        using: str,
        options: Options,
        *,
        alone: bool = False,
        bounded: bool = False,
    ) -> None:
        self.units = units
        self.using = using
        self.options = options
        self.alone = alone
        self.bounded = bounded
        doubt = RunSeparately(in_doubt=bool(options.in_doubt))
        self._results: list[Result] = [doubt] * len(units)
        self._open = list(range(len(units)))
        self._finding = 0

    def run(self, policy: RetryPolicy) -> list[Result]:
        """Retry until each unit has a result or the policy's deadline has passed."""
        tries = Tries(policy)
        while self._open:
            units = [self.units[place] for place in self._open]
            attempt = Attempt(units, self.using, self.options)
            try:
                results = self._attempt(attempt)
            except Exception as error:  # noqa: BLE001 - the failure decides who gets it
                failure = attempt.failure(error)
            else:
                for place, result in zip(self._open, results, strict=True):
                    self._results[place] = result
                break
            logger.info("%d units: %s", len(units), failure)
            tally.note_failed(failure.error_class)
            self._note_doubt(failure, attempt.applier)
            again = self._is_retried(failure)
            self._note_busy(failure)
            if self._open and not (again and tries.sleep(failure.error_class)):
                self._give_up(failure)
                break
        return self._results

    def _attempt(self, attempt: Attempt) -> list[Result]:
        if self.options.mode is LockMode.READ:
            return attempt.rehearse()
        results = attempt.run()
        tally.note_results(results)
        return results

    def _is_retried(self, failure: Failure) -> bool:
        """Return whether to make another attempt."""
        if failure.error_class is ErrorClass.BUSY:
            if self.alone:
                return not self.bounded
            # If locked rows were already skipped, something other than a row is locked.
            return self.options.mode is LockMode.WAIT
        self._finding += failure.may_find_row
        found_next = failure.may_find_row and self._finding <= FINDING_MAX
        return failure.error_class in RETRIED or found_next

    def _note_busy(self, failure: Failure) -> None:
        """After a lock timeout, let a group continue without the locked rows."""
        if failure.error_class is ErrorClass.BUSY and not self.alone:
            self.options = replace(self.options, mode=LockMode.AVAILABLE)

    def _note_doubt(self, failure: Failure, applier: Applier) -> None:
        """Record which units a lost commit may have applied; those without a key end here."""
        if failure.error_class in (ErrorClass.LOST, ErrorClass.UNKNOWN):
            connections[self.using].close()
        if failure.error_class is not ErrorClass.UNKNOWN:
            return
        in_doubt = set(self.options.in_doubt)
        for place, applied in applier.applied.items():
            if applied.receipt is None:
                # There is no receipt to look for.
                self._results[self._open[place]] = OutcomeUnknown()
            else:
                self._results[self._open[place]] = RunSeparately(in_doubt=True)
                in_doubt.add(applied.receipt.id)
        self.options = replace(self.options, in_doubt=frozenset(in_doubt))
        self._open = [
            place for place in self._open if not isinstance(self._results[place], OutcomeUnknown)
        ]

    def _give_up(self, failure: Failure) -> None:
        for place in self._open:
            before = self._results[place]
            in_doubt = isinstance(before, RunSeparately) and before.in_doubt
            self._results[place] = RunSeparately(in_doubt=in_doubt, failure=failure)


def execute_group(
    units: Sequence[Unit[Any]], *, policy: RetryPolicy = POLICY, using: str = "default"
) -> list[Result]:
    """Run units in one transaction, and return their results in order.

    After a conflict, the group runs again. Units on rows that another transaction has locked leave
    it. After any other failure, all units must run separately, so that a bad one does not fail the
    rest.
    """
    options = Options(wait_s=engine_of(using).lock_wait.group_s, until=sys.exception())
    return Execution(units, using, options).run(policy)


def execute_alone(
    unit: Unit[A],
    *,
    wait_s: float | None = None,
    dry_run: bool = False,
    policy: RetryPolicy | None = None,
    using: str = "default",
    in_doubt: bool = False,
) -> Outcome[A]:
    """Run a unit in a transaction of its own, and return its outcome: see `txn.execute`.

    Args:
        in_doubt: Whether an earlier transaction may have applied it.
    """
    options = Options(
        wait_s=LOCK_WAIT_S if wait_s is None else wait_s,
        mode=LockMode.READ if dry_run else LockMode.WAIT,
        in_doubt=frozenset([unit.key.receipt_id] if in_doubt and unit.key else ()),
        until=sys.exception(),
    )
    execution = Execution([unit], using, options, alone=True, bounded=wait_s is not None)
    [result] = execution.run(policy or RetryPolicy())
    if isinstance(result, RunSeparately):
        raise_reason(result, unit, wait_s)
    if isinstance(result, Exception):
        raise result
    return result
