"""Direct execution: one unit, one transaction, tried until it is settled."""

from __future__ import annotations

import enum
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError
from django.utils import timezone

from tradepost.engines import Phase, Verdict, engine_of
from tradepost.errors import TradepostError
from tradepost.txn import errors, receipts
from tradepost.txn.locks import Loader, bounded_wait
from tradepost.txn.retry import RetryPolicy, Tries
from tradepost.txn.unit import Changes, Outcome, Unit
from tradepost.txn.workspace import UnitRows, Workspace
from tradepost.txn.writes import RowVanished, Writer, resolved

if TYPE_CHECKING:
    from tradepost.txn.models import Receipt

logger = logging.getLogger(__name__)


class Step(enum.Enum):
    """Where in its transaction an attempt is."""

    BEGIN = "begin"
    CLAIM = "claim the key"
    WORK = "lock, decide, write"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that ended in an error."""

    error: Exception
    verdict: Verdict
    step: Step


class Attempt:
    """One try of one unit in one transaction.

    Args:
        until: The exception that the caller was handling before: none of ours.
    """

    def __init__(
        self, unit: Unit, alias: str, wait_s: float | None, until: BaseException | None
    ) -> None:
        self.unit = unit
        self.wait_s = wait_s
        self.until = until
        self.connection = connections[alias]
        self.engine = engine_of(self.connection)
        self.step = Step.BEGIN
        self.work = Workspace(alias, timezone.now())

    def run(self) -> Outcome:
        """Claim, lock, decide, write, commit; or replay, where the key was applied before.

        Raises:
            KeyReused: The key was applied to another request.
        """
        try:
            return self._transaction()
        except DatabaseError as error:
            if not self._key_is_taken(error):
                raise
            taken = error
        receipt = self._receipt()
        if receipt is None:
            # It was pruned in between: the next try claims it.
            raise taken
        return receipts.replay(receipt, self.unit)

    def rehearse(self) -> Outcome:
        """Decide over the rows as they are, and write nothing."""
        if receipt := self._receipt():
            return receipts.replay(receipt, self.unit)
        with self.connection.cursor() as cursor:
            loader = Loader(cursor, self.engine, exclusive=False, nowait=False)
            loader.load(self.work, self.unit.locks)
        changes = decide(self.unit, self.work, self.connection)
        return Outcome(resolved(changes.answer))

    def failure(self, error: Exception) -> Failure:
        """Say what an error of this try means."""
        verdict = self._verdict(error)
        # A row that was to be written is gone, or somebody else made one that was missing: the
        # next try finds things as they are.
        moved = isinstance(error, RowVanished) or (
            verdict is Verdict.CONSTRAINT and (self.step is Step.CLAIM or self.work.missing())
        )
        return Failure(error, Verdict.RETRY if moved else verdict, self.step)

    def _transaction(self) -> Outcome:
        unit = self.unit
        with (
            bounded_wait(self.connection, self.engine, self.wait_s),
            transaction.atomic(self.connection.alias, durable=True),
            self.connection.cursor() as cursor,
        ):
            if unit.key:
                self.step = Step.CLAIM
                receipts.claim(cursor, unit.key, unit, self.work.now)
            self.step = Step.WORK
            loader = Loader(cursor, self.engine, exclusive=True, nowait=self.wait_s == 0)
            loader.load(self.work, unit.locks)
            changes = decide(unit, self.work, self.connection)
            self.work.apply(changes)
            Writer(cursor, self.engine).write(self.work)
            answer = resolved(changes.answer)
            if unit.key:
                receipts.finish(cursor, unit.key, answer)
            self.step = Step.COMMIT
        return Outcome(answer)

    def _key_is_taken(self, error: DatabaseError) -> bool:
        return self.step is Step.CLAIM and self._verdict(error) is Verdict.CONSTRAINT

    def _verdict(self, error: Exception) -> Verdict:
        phase = Phase.COMMIT if self.step is Step.COMMIT else Phase.BEFORE_COMMIT
        return self.engine.classify(error, phase, self.until)

    def _receipt(self) -> Receipt | None:
        key = self.unit.key
        return receipts.find(key, using=self.connection.alias) if key else None


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
        logger.info("%s at %s: %s", failure.verdict.value, failure.step.value, failure.error)
        if failure.verdict in (Verdict.LOST, Verdict.UNKNOWN):
            connections[using].close()
        in_doubt = in_doubt or failure.verdict is Verdict.UNKNOWN
        if _is_final(failure, unit, wait_s, in_doubt=in_doubt) or not tries.sleep(failure.verdict):
            raise _reason(failure, unit, wait_s, in_doubt=in_doubt) from failure.error
    # If our own commit was in doubt, the receipt that settled it is ours.
    outcome = Outcome(outcome.answer, replayed=outcome.replayed and not in_doubt)
    if not (outcome.replayed or dry_run):
        for callback in unit.after_commit:
            _call(callback, outcome, using)
    return outcome


def decide(unit: Unit, work: Workspace, connection: BaseDatabaseWrapper) -> Changes:
    """Run a unit's decision, and see to it that it asks the database nothing.

    Raises:
        ImpureDecision: It did, even if it hid the error.
    """
    asked: list[str] = []

    def refuse(_execute: Any, sql: str, *_rest: Any) -> NoReturn:
        asked.append(sql)
        raise errors.ImpureDecision(f"a decision asked the database: {sql}")

    with connection.execute_wrapper(refuse):
        changes = unit.decide(UnitRows(work, unit.locks))
    if asked:
        raise errors.ImpureDecision(f"a decision asked the database, and hid it: {asked[0]}")
    return changes


def _call(callback: Callable[[Outcome], None], outcome: Outcome, using: str) -> None:
    # A function of its own: Django logs the qualified name of one that fails.
    def after_commit() -> None:
        callback(outcome)

    transaction.on_commit(after_commit, using=using, robust=True)


def _refuse_to_nest(connection: BaseDatabaseWrapper) -> None:
    """Refuse an open transaction, save the one that Django's TestCase wraps around a test."""
    blocks = connection.atomic_blocks
    open_block = bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)
    # Code that switched autocommit off has a transaction open without a block.
    if open_block or (not blocks and connection.connection and not connection.get_autocommit()):
        raise errors.NestedUnit("a unit owns its transaction: call execute outside of atomic")


def _is_final(failure: Failure, unit: Unit, wait_s: float | None, *, in_doubt: bool) -> bool:
    """Say whether another try could not help, or is not wished."""
    waited = wait_s is not None and failure.verdict is Verdict.BUSY
    # Without a key there is no receipt to look for: a commit in doubt stays in doubt.
    useless = failure.verdict in (Verdict.CONSTRAINT, Verdict.BUG)
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
