"""Group execution: many units, one transaction, each its own outcome.

A group is settled as if its units had run one after another in the order given: rows are locked
and loaded once, decisions run over them in memory, the changes are written in bulk.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from tradepost.engines import ErrorClass
from tradepost.txn import receipts
from tradepost.txn.attempt import OVERTAKEN_MAX, Attempt, Decisions, Failure, Step
from tradepost.txn.counters import tally
from tradepost.txn.errors import OutcomeUnknown
from tradepost.txn.locks import Loader
from tradepost.txn.retry import RetryPolicy, Tries
from tradepost.txn.settlement import Alone, Result, Settlement
from tradepost.txn.unit import Unit
from tradepost.txn.writes import Writer

logger = logging.getLogger(__name__)

# How long a group is tried before its units are left to themselves: others are waiting.
POLICY = RetryPolicy(deadline_s=2.0)
# What the whole group may try again.
RETRIED = (ErrorClass.RETRY, ErrorClass.LOST, ErrorClass.UNKNOWN)


class GroupAttempt(Attempt):
    """One try of one group.

    Args:
        doubted: Ids of the receipts that an earlier try may have stored.
    """

    def __init__(self, units: Sequence[Unit[Any]], alias: str, doubted: frozenset[str]) -> None:
        super().__init__(alias)
        self.units = units
        self.settlement = Settlement({}, doubted)

    def run(self) -> list[Result]:
        """Lock, find receipts, decide, write, commit."""
        pipeline = self.engine.pipeline
        with self.transaction() as cursor:
            self.step = Step.WORK
            writer = Writer(cursor, self.engine, pipelined=pipeline is not None)
            with pipeline(self.connection) if pipeline else nullcontext():
                loader = Loader(cursor, self.engine, exclusive=True, nowait=False)
                loader.load(self.work, [lock for unit in self.units for lock in unit.locks])
                self._settle(cursor)
                writer.write(self.work)
                self.settlement.write_answers()
                self.step = Step.RECEIPT
                receipts.add(writer, self.settlement.keyed(), self.work.now)
            writer.check()
            # Before the commit: an error in it would be a failure of what is not committed.
            return self.settlement.results()

    def _settle(self, cursor: CursorWrapper) -> None:
        # Under the locks: a request whose first try is in another transaction then finds what
        # became of it, rather than a refusal.
        proofs = [receipts.proof(unit) for unit in self.units]
        ids = [proof.id for proof in proofs if proof]
        self.settlement.stored = receipts.find_all(cursor, self.engine, ids)
        with Decisions(self.work).on(self.connection) as decisions:
            for unit, proof in zip(self.units, proofs, strict=True):
                self.settlement.settle(unit, proof, decisions)


class Group:
    """Units on their way through one transaction, however many tries it takes."""

    def __init__(self, units: Sequence[Unit[Any]], using: str) -> None:
        self.units = units
        self.using = using
        self._results: list[Result] = [Alone()] * len(units)
        self._open = list(range(len(units)))
        self._doubted: frozenset[str] = frozenset()

    def settle(self, policy: RetryPolicy) -> list[Result]:
        """Try until the group is settled, or its units are left to themselves."""
        tries = Tries(policy)
        overtaken = 0
        while self._open:
            attempt = GroupAttempt(
                [self.units[place] for place in self._open], self.using, self._doubted
            )
            try:
                settled = attempt.run()
            except Exception as error:  # noqa: BLE001 - its unit meets it again, alone
                failure = attempt.failure(error)
            else:
                for place, result in zip(self._open, settled, strict=True):
                    self._results[place] = result
                tally.note_settled(settled)
                break
            logger.info("a group of %d: %s", len(self._open), failure)
            tally.note_failed(failure.error_class)
            self._note(failure, attempt.settlement)
            overtaken += failure.is_overtaken
            found_next = failure.is_overtaken and overtaken <= OVERTAKEN_MAX
            again = failure.error_class in RETRIED or found_next
            if not again or not tries.sleep(failure.error_class):
                break
        return self._results

    def _note(self, failure: Failure, settlement: Settlement) -> None:
        if failure.error_class in (ErrorClass.LOST, ErrorClass.UNKNOWN):
            connections[self.using].close()
        if failure.error_class is not ErrorClass.UNKNOWN:
            return
        for place, applied in settlement.applied.items():
            # Without a key there is no receipt to look for.
            keyed = applied.proof is not None
            self._results[self._open[place]] = Alone(in_doubt=True) if keyed else OutcomeUnknown()
        proofs = [applied.proof for applied in settlement.applied.values()]
        self._doubted |= {proof.id for proof in proofs if proof}
        self._open = [
            place for place in self._open if not isinstance(self._results[place], OutcomeUnknown)
        ]


def execute(
    units: Sequence[Unit[Any]], *, policy: RetryPolicy = POLICY, using: str = "default"
) -> list[Result]:
    """Run units in one transaction; return what became of each, in their order.

    A conflict runs the group again. Another failure leaves its units to themselves, so that a bad
    one does not fail the rest.
    """
    return Group(units, using).settle(policy)
