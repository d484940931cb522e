"""One try of one unit: a transaction from BEGIN to COMMIT, and what its failure means."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError, Error
from django.utils import timezone

from tradepost.engines import Phase, Verdict, engine_of
from tradepost.txn import receipts
from tradepost.txn.errors import ImpureDecision
from tradepost.txn.locks import Loader, RowMoved, bounded_wait
from tradepost.txn.unit import Changes, Outcome, Unit
from tradepost.txn.workspace import UnitRows, Workspace
from tradepost.txn.writes import Writer, resolved

if TYPE_CHECKING:
    from tradepost.txn.models import Receipt


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
    missing_row: bool

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody else may have made a row that was missing: the next try finds it."""
        return self.verdict is Verdict.CONSTRAINT and (self.step is Step.CLAIM or self.missing_row)


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
        except BaseException as error:
            self._leave_no_transaction()
            if not (isinstance(error, DatabaseError) and self._key_is_taken(error)):
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
        if isinstance(error, RowMoved):
            verdict = Verdict.RETRY
        return Failure(error, verdict, self.step, missing_row=self.work.missing())

    def _leave_no_transaction(self) -> None:
        """After a try that failed: the connection is as it was before, or closed."""
        connection = self.connection
        if connection.in_atomic_block:
            return
        if not connection.autocommit:
            connection.close()
        elif self.step is Step.BEGIN and connection.connection is not None:
            # Django counts on BEGIN to fail or to be done, and on no interrupt behind it.
            try:
                connection.rollback()
            except Error:
                connection.close()

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


def decide(unit: Unit, work: Workspace, connection: BaseDatabaseWrapper) -> Changes:
    """Run a unit's decision, and see to it that it asks the database nothing.

    Raises:
        ImpureDecision: It did, even if it hid the error.
    """
    asked: list[str] = []

    def refuse(_execute: Any, sql: str, *_rest: Any) -> NoReturn:
        asked.append(sql)
        raise ImpureDecision(f"a decision asked the database: {sql}")

    with connection.execute_wrapper(refuse):
        changes = unit.decide(UnitRows(work, unit.locks))
    if asked:
        raise ImpureDecision(f"a decision asked the database, and hid it: {asked[0]}")
    return changes
