"""What becomes of each unit of a group, settled one after another over the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradepost.txn import receipts
from tradepost.txn.attempt import Decisions
from tradepost.txn.new_ids import resolved
from tradepost.txn.receipts import Proof
from tradepost.txn.unit import Outcome, Unit


@dataclass(frozen=True, slots=True)
class Alone:
    """The unit was not settled with its group, and is to be run by itself.

    Attributes:
        in_doubt: Whether a commit of the group may have made its changes.
    """

    in_doubt: bool = False


# An error is one that the unit would have raised alone.
Result = Outcome[Any] | Exception | Alone


@dataclass(slots=True, eq=False)
class Applied:
    """A unit whose changes were made in memory.

    Attributes:
        answer: May name ids that the database has not given yet.
        proof: What its receipt will say, if it has a key.
    """

    unit: Unit[Any]
    answer: Any
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Replay:
    """A unit whose key another unit of the group has applied."""

    earlier: Proof
    unit: Unit[Any]


@dataclass(slots=True)
class Settlement:
    """Settles units one after another.

    Attributes:
        stored: The receipts that the database has for the units' keys, by id.
        doubted: Ids of those that an earlier try of this group may have stored itself.
        applied: The units whose changes are to be written, by their place.
    """

    stored: Mapping[str, Proof]
    doubted: frozenset[str] = frozenset()
    applied: dict[int, Applied] = field(default_factory=dict)
    _settled: list[Outcome[Any] | Exception | Applied | Replay] = field(default_factory=list)
    _own: dict[str, Proof] = field(default_factory=dict)

    def settle(self, unit: Unit[Any], proof: Proof | None, decisions: Decisions) -> None:
        """Replay a unit, or decide it and make its changes in memory.

        What the decision raises is the unit's own result and leaves no trace. An error in making
        the changes may leave one, so it is raised, and fails the group.
        """
        earlier = proof and (self.stored.get(proof.id) or self._own.get(proof.id))
        if proof and earlier:
            self._settled.append(self._replay(earlier, proof, unit))
            return
        try:
            changes = decisions.decide(unit)
        except Exception as error:  # noqa: BLE001 - the caller gets it as it is
            self._settled.append(error)
            return
        decisions.work.apply(changes)
        applied = Applied(unit, changes.answer, proof)
        self.applied[len(self._settled)] = applied
        self._settled.append(applied)
        if proof:
            self._own[proof.id] = proof

    def write_answers(self) -> None:
        """Complete the answers, once the database has given every id."""
        for applied in self.applied.values():
            applied.answer = resolved(applied.answer)
            if applied.proof:
                applied.proof.outcome = applied.unit.act.dump(applied.answer)

    def keyed(self) -> list[tuple[Unit[Any], Proof]]:
        """Return the units whose receipts are to be stored."""
        return [(one.unit, one.proof) for one in self.applied.values() if one.proof]

    def results(self) -> list[Result]:
        """Return what became of each unit, once all is written."""
        return [_result(one) for one in self._settled]

    def _replay(
        self, earlier: Proof, proof: Proof, unit: Unit[Any]
    ) -> Exception | Outcome[Any] | Replay:
        if error := receipts.mismatch(earlier, proof, unit):
            return error
        if proof.id in self._own:
            return Replay(earlier, unit)
        # A second unit with this key is a replay, whoever stored the first.
        self._own[proof.id] = earlier
        replayed = proof.id not in self.doubted
        return Outcome(receipts.answer(earlier, unit), replayed=replayed)


def _result(one: Outcome[Any] | Exception | Applied | Replay) -> Result:
    if isinstance(one, Applied):
        return Outcome(one.answer)
    if isinstance(one, Replay):
        return Outcome(receipts.answer(one.earlier, one.unit), replayed=True)
    return one
