"""Direct execution: one unit, one transaction, tried until it is settled."""

from __future__ import annotations

import enum
import functools
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from tradepost.engines import Phase, Verdict, engine_of
from tradepost.errors import Unavailable
from tradepost.txn import errors, receipts
from tradepost.txn.locks import Loader, bounded_wait
from tradepost.txn.retry import RetryPolicy, Tries
from tradepost.txn.unit import Changes, Outcome, Unit
from tradepost.txn.workspace import UnitRows, Workspace
from tradepost.txn.writes import RowVanished, Writer, resolved

logger = logging.getLogger(__name__)


class Step(enum.Enum):
    """Where in its transaction an attempt is."""

    BEGIN = "begin"
    CLAIM = "claim the key"
    WORK = "lock, decide, write"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that ended in a database error."""

    error: Exception
    verdict: Verdict
    step: Step
    missing_row: bool


class Attempt:
    """One try of one unit in one transaction."""

    def __init__(self, unit: Unit, alias: str, wait_s: float | None) -> None:
        self.unit = unit
        self.wait_s = wait_s
        self.connection = connections[alias]
        self.engine = engine_of(self.connection)
        self.step = Step.BEGIN
        self.work = Workspace(alias, timezone.now())

    def run(self) -> Outcome:
        """Claim, lock, decide, write, commit."""
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

    def failure(self, error: Exception, until: BaseException | None) -> Failure:
        """Say what an error of this try means."""
        if isinstance(error, RowVanished):
            verdict = Verdict.RETRY
        else:
            phase = Phase.COMMIT if self.step is Step.COMMIT else Phase.BEFORE_COMMIT
            verdict = self.engine.classify(error, phase, until)
        return Failure(error, verdict, self.step, self.work.missing())


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
            counts in (whole seconds, on some). None waits, and retries, until the
            policy's deadline.
        dry_run: Decide over the rows as they are, and write nothing.
        policy: When to give up.

    Raises:
        Refusal: The decision said no, or the key was used for another request.
        Busy, Locked, KeyInProgress, DatabaseUnavailable: Nothing happened; try again.
        OutcomeUnknown: The commit may have happened.
        NestedUnit: It was called inside an open transaction.
    """
    _refuse_to_nest(connections[using])
    if dry_run:
        return _dry_run(unit, using)
    until = sys.exception()
    tries = Tries(policy or RetryPolicy())
    unresolved = False
    while True:
        attempt = Attempt(unit, using, wait_s)
        failure: Failure | None = None
        try:
            outcome = attempt.run()
        except Exception as error:
            failure = attempt.failure(error, until)
            if failure.verdict is Verdict.BUG:
                raise
            logger.info("%s at %s: %s", failure.verdict.value, failure.step.value, error)
        if failure is None:
            break
        settled = _after(failure, unit, using)
        if settled is not None:
            # If our own commit was in doubt, the receipt that settles it is ours.
            outcome = Outcome(settled.answer, replayed=not unresolved)
            break
        unresolved = unresolved or failure.verdict is Verdict.UNKNOWN
        waited = wait_s is not None and failure.verdict is Verdict.BUSY
        # Without a key there is no receipt to look for: a commit in doubt stays in doubt.
        hopeless = unresolved and unit.key is None
        if waited or hopeless or not tries.sleep(failure.verdict):
            raise _reason(failure, unit, wait_s, unresolved=unresolved) from failure.error
    if not outcome.replayed:
        _call(unit.after_commit, outcome, using)
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


def _refuse_to_nest(connection: BaseDatabaseWrapper) -> None:
    """Refuse an open transaction, save the one that Django's TestCase wraps around a test."""
    blocks = connection.atomic_blocks
    open_block = bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)
    # Code that switched autocommit off has a transaction open without a block.
    if open_block or (not blocks and connection.connection and not connection.get_autocommit()):
        raise errors.NestedUnit("a unit owns its transaction: call execute outside of atomic")


def _dry_run(unit: Unit, using: str) -> Outcome:
    if unit.key and (receipt := receipts.find(unit.key, using=using)):
        return receipts.replay(receipt, unit.key, unit)
    connection = connections[using]
    work = Workspace(using, timezone.now())
    with connection.cursor() as cursor:
        loader = Loader(cursor, engine_of(connection), exclusive=False, nowait=False)
        loader.load(work, unit.locks)
    return Outcome(resolved(decide(unit, work, connection).answer))


def _after(failure: Failure, unit: Unit, using: str) -> Outcome | None:
    """Act on a failed try: return the outcome if a receipt settles it, None to try again.

    Raises:
        KeyReused: The key's receipt belongs to another request.
        ConstraintRefused: A row was refused that the rules had let pass.
    """
    if failure.verdict in (Verdict.LOST, Verdict.UNKNOWN):
        connections[using].close()
    if failure.verdict is not Verdict.CONSTRAINT:
        return None
    if failure.step is Step.CLAIM and unit.key:
        receipt = receipts.find(unit.key, using=using)
        # None: it was pruned in between.
        return receipts.replay(receipt, unit.key, unit) if receipt else None
    if failure.missing_row:
        # Somebody else made the row that was missing; the next try finds it.
        return None
    raise errors.ConstraintRefused from failure.error


def _reason(failure: Failure, unit: Unit, wait_s: float | None, *, unresolved: bool) -> Unavailable:
    """Return what to tell the caller of a unit that is given up."""
    if unresolved:
        return errors.OutcomeUnknown()
    if failure.verdict is Verdict.LOST:
        return errors.DatabaseUnavailable()
    if failure.verdict is Verdict.BUSY and failure.step is Step.CLAIM and unit.key:
        return errors.KeyInProgress(key=unit.key.value)
    if failure.verdict is Verdict.BUSY and wait_s is not None:
        return errors.Locked(wait_s=wait_s)
    return errors.Busy()


def _call(callbacks: Sequence[Callable[[Outcome], None]], outcome: Outcome, using: str) -> None:
    for callback in callbacks:
        transaction.on_commit(functools.partial(callback, outcome), using=using, robust=True)
