"""One attempt: a transaction from BEGIN to COMMIT, and what its failure means."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.utils import Error

from tradepost.engines import ErrorClass, Phase, engine_of
from tradepost.engines.defaults import LOCK_WAIT_S
from tradepost.engines.statements import LockMode, Statement
from tradepost.txn import receipts
from tradepost.txn.apply import Applier, Result
from tradepost.txn.decisions import Decisions
from tradepost.txn.failure import Failure, RunSeparately, Step
from tradepost.txn.locks import Loader, RowMoved
from tradepost.txn.unit import RowLock, Unit
from tradepost.txn.workspace import Workspace
from tradepost.txn.writes import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an attempt treats locks and receipts.

    Attributes:
        wait_s: How long a statement waits for a lock.
        mode: Whether to wait for locked rows, skip them, or read without locks.
        in_doubt: Ids of receipts that an earlier attempt may have stored.
        until: The exception that the caller was already handling.
    """

    wait_s: float = LOCK_WAIT_S
    mode: LockMode = LockMode.WAIT
    in_doubt: frozenset[str] = frozenset()
    until: BaseException | None = None


class Attempt:
    """One attempt to apply units in one transaction."""

    def __init__(self, units: Sequence[Unit[Any]], alias: str, options: Options) -> None:
        self.units = units
        self.options = options
        self.connection = connections[alias]
        self.engine = engine_of(self.connection)
        self.dialect = self.engine.speak(self.connection, options.wait_s)
        self.step = Step.BEGIN
        self.work = Workspace(alias)
        self.applier = Applier(in_doubt=options.in_doubt)
        self._receipt_statements: list[Statement] = []

    def run(self) -> list[Result]:
        """Lock, look up receipts, decide, write, commit; return each unit's result."""
        with self._transaction():
            self.step = Step.WORK
            self._apply()
            writer = Writer(self.dialect)
            writer.write(self.work)
            self.applier.write_answers()
            self._receipt_statements = receipts.add(writer, self.applier.keyed(), self.work.now)
            writer.flush()
            # Before the commit: an error here must not leave a committed unit without a result.
            results = self.applier.results()
            self.step = Step.COMMIT
        return results

    def rehearse(self) -> list[Result]:
        """Run the decisions without locking or writing anything: a dry run."""
        self.step = Step.WORK
        self._apply()
        self.applier.write_answers()
        return self.applier.results()

    def failure(self, error: Exception) -> Failure:
        """Return what an error of this attempt means."""
        phase = Phase.COMMIT if self.step is Step.COMMIT else Phase.BEFORE_COMMIT
        moved = isinstance(error, RowMoved)
        return Failure(
            error,
            ErrorClass.RETRY if moved else self.engine.classify(error, phase, self.options.until),
            self.step,
            at_receipts=any(one is self.dialect.current for one in self._receipt_statements),
            missing_row=self.work.missing(),
        )

    def _apply(self) -> None:
        """Lock the rows, look up the receipts under the locks, and apply the units."""
        keyed = [receipts.data_of(unit) for unit in self.units]
        loader = Loader(self.work, self.dialect, self.options.mode)
        found = loader.load(
            [lock for unit in self.units for lock in unit.locks],
            receipts.look_up(self.dialect, [one.id for one in keyed if one]),
        )
        self.work.now, self.applier.stored = receipts.looked_up(self.dialect, found)
        with Decisions(self.work).on(self.connection) as decisions:
            for unit, receipt in zip(self.units, keyed, strict=True):
                if blocked := self._blocked(unit, loader.blocked):
                    self.applier.skip(RunSeparately(blocked=blocked))
                else:
                    self.applier.apply(unit, receipt, decisions)

    @staticmethod
    def _blocked(unit: Unit[Any], blocked: set[RowLock[Any]]) -> list[RowLock[Any]]:
        return [lock for lock in unit.locks if lock in blocked] if blocked else []

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Open the transaction, and commit it if the block raises no error."""
        try:
            with (
                self.dialect.bounded_wait(),
                transaction.atomic(self.connection.alias, durable=True),
            ):
                yield
        except BaseException:
            self._leave_no_transaction()
            raise

    def _leave_no_transaction(self) -> None:
        """After a failure, restore the connection's state, or close it."""
        connection = self.connection
        if connection.in_atomic_block:
            return
        if not connection.autocommit:
            connection.close()
        elif self.step is Step.BEGIN and connection.connection is not None:
            # Django does not handle an interrupt right after BEGIN.
            try:
                connection.rollback()
            except Error:
                connection.close()
