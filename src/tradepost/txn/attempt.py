"""One try: a transaction from BEGIN to COMMIT, and what its failure means."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import Error
from django.utils import timezone

from tradepost.engines import ErrorClass, Phase, engine_of
from tradepost.txn.errors import ImpureDecision
from tradepost.txn.locks import RowMoved, bounded_wait
from tradepost.txn.unit import Changes, Unit
from tradepost.txn.workspace import Workspace

# A row that was missing, and could not be made because it is there, is found by the next try. If
# not even by this many, another constraint than its key is in the way.
OVERTAKEN_MAX = 3


class Step(enum.Enum):
    """Where in its transaction an attempt is."""

    BEGIN = "begin"
    RECEIPT = "store the receipt"
    WORK = "lock, decide, write"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that ended in an error."""

    error: Exception
    error_class: ErrorClass
    step: Step
    missing_row: bool

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody else may have made a row that was missing: the next try finds it."""
        return self.error_class is ErrorClass.CONSTRAINT and (
            self.step is Step.RECEIPT or self.missing_row
        )

    def __str__(self) -> str:
        reason = str(self.error).partition("\n")[0]
        return f"{self.error_class.value} at {self.step.value}: {reason}"


class Attempt:
    """One try in one transaction.

    Args:
        until: The exception that the caller was handling before: none of ours.
    """

    def __init__(self, alias: str, until: BaseException | None = None) -> None:
        self.until = until
        self.connection = connections[alias]
        self.engine = engine_of(self.connection)
        self.step = Step.BEGIN
        self.work = Workspace(alias, timezone.now())

    @contextlib.contextmanager
    def transaction(self, wait_s: float | None = None) -> Iterator[CursorWrapper]:
        """Open the transaction, and commit it where the block raises nothing."""
        try:
            with (
                bounded_wait(self.connection, self.engine, wait_s),
                transaction.atomic(self.connection.alias, durable=True),
                self.engine.cursor(self.connection) as cursor,
            ):
                yield cursor
                self.step = Step.COMMIT
        except BaseException:
            self._leave_no_transaction()
            raise

    def failure(self, error: Exception) -> Failure:
        """Say what an error of this try means."""
        error_class = ErrorClass.RETRY if isinstance(error, RowMoved) else self.error_class(error)
        return Failure(error, error_class, self.step, missing_row=self.work.missing())

    def error_class(self, error: Exception) -> ErrorClass:
        """Say what the engine makes of an error at this step."""
        phase = Phase.COMMIT if self.step is Step.COMMIT else Phase.BEFORE_COMMIT
        return self.engine.classify(error, phase, self.until)

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


class Decisions:
    """Runs decisions, and sees to it that they ask the database nothing."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self._asked: list[str] = []

    @contextlib.contextmanager
    def on(self, connection: BaseDatabaseWrapper) -> Iterator[Decisions]:
        """Refuse every statement in the block."""

        def refuse(_execute: Any, sql: str, *_rest: Any) -> NoReturn:
            self._asked.append(sql)
            raise ImpureDecision(f"a decision asked the database: {sql}")

        with connection.execute_wrapper(refuse):
            yield self

    def decide(self, unit: Unit[Any]) -> Changes[Any]:
        """Run a unit's decision.

        Raises:
            ImpureDecision: It asked the database, even if it hid the error.
        """
        self._asked.clear()
        changes = unit.decide(self.work.rows(unit.locks))
        if self._asked:
            raise ImpureDecision(f"a decision asked the database, and hid it: {self._asked[0]}")
        return changes
