"""Direct execution: one unit, one transaction, tried until it is settled."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.utils import DatabaseError

from tradepost.engines import ErrorClass
from tradepost.errors import TradepostError
from tradepost.txn import errors, receipts
from tradepost.txn.attempt import OVERTAKEN_MAX, Attempt, Decisions, Failure, Step
from tradepost.txn.counters import tally
from tradepost.txn.locks import Loader
from tradepost.txn.new_ids import resolved
from tradepost.txn.retry import RetryPolicy, Tries
from tradepost.txn.unit import Outcome, Unit
from tradepost.txn.writes import Writer

if TYPE_CHECKING:
    from tradepost.txn.models import Receipt

logger = logging.getLogger(__name__)


class UnitAttempt(Attempt):
    """One try of one unit."""

    def __init__(
        self, unit: Unit[Any], alias: str, wait_s: float | None, until: BaseException | None
    ) -> None:
        super().__init__(alias, until)
        self.unit = unit
        self.proof = receipts.proof(unit)
        self.wait_s = wait_s

    def run(self) -> Outcome[Any]:
        """Claim, lock, decide, write, commit; or replay, where the key was applied before.

        Raises:
            KeyReused: The key was applied to another request.
        """
        try:
            with self.transaction(self.wait_s) as cursor:
                return Outcome(self._work(cursor))
        except DatabaseError as error:
            if (
                self.step is not Step.RECEIPT
                or self.error_class(error) is not ErrorClass.CONSTRAINT
            ):
                raise
            taken = error
        receipt = self._receipt()
        if receipt is None:
            # It was pruned in between: the next try claims it.
            raise taken
        return receipts.replay(receipt, self.unit)

    def rehearse(self) -> Outcome[Any]:
        """Decide over the rows as they are, and write nothing."""
        if receipt := self._receipt():
            return receipts.replay(receipt, self.unit)
        with self.connection.cursor() as cursor:
            loader = Loader(cursor, self.engine, exclusive=False, nowait=False)
            loader.load(self.work, self.unit.locks)
        return Outcome(resolved(self._decide()))

    def _work(self, cursor: CursorWrapper) -> Any:
        """Do all but the commit, and return the answer."""
        unit = self.unit
        if self.proof:
            self.step = Step.RECEIPT
            receipts.claim(cursor, unit, self.proof, self.work.now)
        self.step = Step.WORK
        loader = Loader(cursor, self.engine, exclusive=True, nowait=self.wait_s == 0)
        loader.load(self.work, unit.locks)
        answer = self._decide()
        Writer(cursor, self.engine).write(self.work)
        answer = resolved(answer)
        if self.proof:
            receipts.finish(cursor, unit, self.proof, answer)
        return answer

    def _decide(self) -> Any:
        with Decisions(self.work).on(self.connection) as decisions:
            changes = decisions.decide(self.unit)
        self.work.apply(changes)
        return changes.answer

    def _receipt(self) -> Receipt | None:
        key = self.unit.key
        return receipts.find(key, using=self.connection.alias) if key else None


def execute(
    unit: Unit[Any],
    *,
    wait_s: float | None = None,
    dry_run: bool = False,
    policy: RetryPolicy | None = None,
    using: str = "default",
    in_doubt: bool = False,
) -> Outcome[Any]:
    """Run a unit in a transaction of its own, and say what became of it: see `txn.execute`.

    Args:
        in_doubt: An earlier try may have committed it.
    """
    until = sys.exception()
    tries = Tries(policy or RetryPolicy())
    overtaken = 0
    while True:
        attempt = UnitAttempt(unit, using, wait_s, until)
        try:
            outcome = attempt.rehearse() if dry_run else attempt.run()
            break
        except TradepostError as refusal:
            if not dry_run:
                tally.note_settled([refusal])
            raise
        except Exception as error:
            failure = attempt.failure(error)
            # While a commit is in doubt, a mistake in settling it tells nothing about it.
            if failure.error_class is ErrorClass.BUG and not in_doubt:
                raise
        logger.info("%s", failure)
        tally.note_failed(failure.error_class)
        if failure.error_class in (ErrorClass.LOST, ErrorClass.UNKNOWN):
            connections[using].close()
        in_doubt = in_doubt or failure.error_class is ErrorClass.UNKNOWN
        overtaken += failure.is_overtaken
        final = _is_final(failure, unit, wait_s, in_doubt=in_doubt) or overtaken > OVERTAKEN_MAX
        if final or not tries.sleep(failure.error_class):
            raise _reason(failure, unit, wait_s, in_doubt=in_doubt) from failure.error
    # If our own commit was in doubt, the receipt that settled it is ours.
    outcome = Outcome(outcome.answer, replayed=outcome.replayed and not in_doubt)
    if not dry_run:
        tally.note_settled([outcome])
    return outcome


def _is_final(failure: Failure, unit: Unit[Any], wait_s: float | None, *, in_doubt: bool) -> bool:
    """Say whether another try could not help, or is not wished."""
    waited = wait_s is not None and failure.error_class is ErrorClass.BUSY
    # Without a key there is no receipt to look for: a commit in doubt stays in doubt.
    refused = failure.error_class is ErrorClass.CONSTRAINT and not failure.is_overtaken
    useless = refused or failure.error_class is ErrorClass.BUG
    return waited or useless or (in_doubt and unit.key is None)


def _reason(
    failure: Failure, unit: Unit[Any], wait_s: float | None, *, in_doubt: bool
) -> TradepostError:
    """Return what to tell the caller of a unit that is given up."""
    if in_doubt:
        return errors.OutcomeUnknown()
    if failure.error_class is ErrorClass.CONSTRAINT:
        return errors.ConstraintRefused()
    if failure.error_class is ErrorClass.LOST:
        return errors.DatabaseUnavailable()
    if failure.error_class is ErrorClass.BUSY and failure.step is Step.RECEIPT and unit.key:
        return errors.KeyInProgress(key=unit.key.value)
    if failure.error_class is ErrorClass.BUSY and wait_s is not None:
        return errors.Locked(wait_s=wait_s)
    return errors.Busy()
