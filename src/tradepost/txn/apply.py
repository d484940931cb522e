"""Applies the units of a group one after another, over the same rows in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradepost.txn import receipts
from tradepost.txn.decisions import Decisions
from tradepost.txn.failure import RunSeparately
from tradepost.txn.new_ids import resolved
from tradepost.txn.receipts import ReceiptData
from tradepost.txn.unit import Deferred, Outcome, Unit

# An error is the unit's own: it would have been raised without the others, too.
Result = Outcome[Any] | Exception | RunSeparately


@dataclass(slots=True, eq=False)
class Applied:
    """A unit whose changes were made in memory.

    Attributes:
        answer: Deferred, where it names ids that the database has not given yet.
        receipt: What its receipt will say, if it has a key.
    """

    unit: Unit[Any]
    answer: Any | Deferred[Any]
    receipt: ReceiptData | None


@dataclass(frozen=True, slots=True)
class Replay:
    """A unit whose key another unit of the group has applied."""

    earlier: ReceiptData
    unit: Unit[Any]


@dataclass(slots=True)
class Applier:
    """Applies units one after another.

    Attributes:
        stored: The receipts that the database has for the units' keys, by id.
        in_doubt: Ids of those that an earlier try of this group may have stored itself.
        applied: The units whose changes are to be written, by their place.
    """

    stored: Mapping[str, ReceiptData] = field(default_factory=dict)
    in_doubt: frozenset[str] = frozenset()
    applied: dict[int, Applied] = field(default_factory=dict)
    _results: list[Result | Applied | Replay] = field(default_factory=list)
    _own: dict[str, ReceiptData] = field(default_factory=dict)

    def skip(self, result: RunSeparately) -> None:
        """Take note of a unit that leaves the group."""
        self._results.append(result)

    def apply(self, unit: Unit[Any], receipt: ReceiptData | None, decisions: Decisions) -> None:
        """Replay a unit, or decide it and make its changes in memory.

        What the decision raises is the unit's own result and changes nothing. An error in making
        the changes may leave some of them, so it is raised, and fails the group.
        """
        earlier = receipt and (self.stored.get(receipt.id) or self._own.get(receipt.id))
        if receipt and earlier:
            self._results.append(self._replay(earlier, receipt, unit))
            return
        try:
            changes = decisions.decide(unit)
        except Exception as error:  # noqa: BLE001 - the caller gets it as it is
            self._results.append(error)
            return
        decisions.work.apply(changes)
        applied = Applied(unit, changes.answer, receipt)
        self.applied[len(self._results)] = applied
        self._results.append(applied)
        if receipt:
            self._own[receipt.id] = receipt

    def write_answers(self) -> None:
        """Complete the answers, once the database has given every id."""
        for applied in self.applied.values():
            applied.answer = resolved(applied.answer)
            if applied.receipt:
                applied.receipt.outcome = applied.unit.act.dump(applied.answer)

    def keyed(self) -> list[tuple[Unit[Any], ReceiptData]]:
        """Return the units whose receipts are to be stored."""
        return [(one.unit, one.receipt) for one in self.applied.values() if one.receipt]

    def results(self) -> list[Result]:
        """Return the result of each unit, once all is written."""
        return [_result(one) for one in self._results]

    def _replay(
        self, earlier: ReceiptData, receipt: ReceiptData, unit: Unit[Any]
    ) -> Exception | Outcome[Any] | Replay:
        if error := receipts.mismatch(earlier, receipt, unit):
            return error
        if receipt.id in self._own:
            return Replay(earlier, unit)
        # A second unit with this key is a replay, whoever stored the first.
        self._own[receipt.id] = earlier
        replayed = receipt.id not in self.in_doubt
        return Outcome(receipts.answer(earlier, unit), replayed=replayed)


def _result(one: Result | Applied | Replay) -> Result:
    if isinstance(one, Applied):
        return Outcome(one.answer)
    if isinstance(one, Replay):
        return Outcome(receipts.answer(one.earlier, one.unit), replayed=True)
    return one
