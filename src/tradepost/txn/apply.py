"""Applies the units of a group one after another to the same rows in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradepost.txn import receipts
from tradepost.txn.decisions import Decisions
from tradepost.txn.failure import RunSeparately
from tradepost.txn.new_ids import resolved
from tradepost.txn.receipts import ReceiptData
from tradepost.txn.unit import Deferred, Outcome, Unit

# An error concerns this unit alone: it would be raised without the rest of the group, too.
Result = Outcome[Any] | Exception | RunSeparately


@dataclass(slots=True, eq=False)
class Applied:
    """A unit whose changes were made in memory.

    Attributes:
        answer: Deferred if it contains ids that the database has not assigned yet.
        receipt: The receipt to store, if the unit has a key.
    """

    unit: Unit[Any]
    answer: Any | Deferred[Any]
    receipt: ReceiptData | None


@dataclass(frozen=True, slots=True)
class Replay:
    """A unit with the same key as an earlier unit of the group."""

    earlier: ReceiptData
    unit: Unit[Any]


@dataclass(slots=True)
class Applier:
    """Applies units one after another.

    Attributes:
        stored: The receipts found in the database for the units' keys, by id.
        in_doubt: Ids of receipts that an earlier attempt of this group may have stored.
        applied: The units whose changes must be written, by their position.
    """

    stored: Mapping[str, ReceiptData] = field(default_factory=dict)
    in_doubt: frozenset[str] = frozenset()
    applied: dict[int, Applied] = field(default_factory=dict)
    _results: list[Result | Applied | Replay] = field(default_factory=list)
    _own: dict[str, ReceiptData] = field(default_factory=dict)

    def skip(self, result: RunSeparately) -> None:
        """Record a unit that leaves the group."""
        self._results.append(result)

    def apply(self, unit: Unit[Any], receipt: ReceiptData | None, decisions: Decisions) -> None:
        """Replay a unit, or run its decision and make its changes in memory.

        An error in the decision is the unit's result, and changes nothing. An error while making
        the changes may leave some of them behind, so it is raised and fails the group.
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
        """Complete the answers after the database has assigned all ids."""
        for applied in self.applied.values():
            applied.answer = resolved(applied.answer)
            if applied.receipt:
                applied.receipt.outcome = applied.unit.act.dump(applied.answer)

    def keyed(self) -> list[tuple[Unit[Any], ReceiptData]]:
        """Return the units whose receipts must be stored."""
        return [(one.unit, one.receipt) for one in self.applied.values() if one.receipt]

    def results(self) -> list[Result]:
        """Return each unit's result; call it after everything is written."""
        return [_result(one) for one in self._results]

    def _replay(
        self, earlier: ReceiptData, receipt: ReceiptData, unit: Unit[Any]
    ) -> Exception | Outcome[Any] | Replay:
        if error := receipts.mismatch(earlier, receipt, unit):
            return error
        if receipt.id in self._own:
            return Replay(earlier, unit)
        # Another unit with this key is a replay, no matter who stored the receipt.
        self._own[receipt.id] = earlier
        replayed = receipt.id not in self.in_doubt
        return Outcome(receipts.answer(earlier, unit), replayed=replayed)


def _result(one: Result | Applied | Replay) -> Result:
    if isinstance(one, Applied):
        return Outcome(one.answer)
    if isinstance(one, Replay):
        return Outcome(receipts.answer(one.earlier, one.unit), replayed=True)
    return one
