"""An error at COMMIT: with a key the outcome is found, without one nobody guesses."""

from __future__ import annotations

import pytest

from tests.toy.rivals import ONCE
from tests.toy.units import add
from tests.txn.bench import Bench, Effect, never, once
from tests.txn.faults import codes, error_of, unlisted
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, Phase

pytestmark = pytest.mark.driver

KEYED = pytest.mark.parametrize("keyed", [False, True], ids=["no key", "key"])
BOTH = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
DONE_IN_DOUBT = Effect(txn.OutcomeUnknown, (7, 3), notes=1, receipts=0)


def in_doubt(engine: Engine) -> list[str]:
    """List the codes that say nothing for certain when COMMIT gets them."""
    return [code for code in engine.error_classes if code not in engine.certain_at_commit]


@BOTH
def test_with_a_key_an_error_at_commit_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, after: bool
) -> None:
    """Whether the commit was done or not, the outcome is the unit's own and the effect one."""
    cells = {
        code: bench.run(
            error_of(engine, code),
            keyed=True,
            after=after,
            cut=engine.error_classes[code] is ErrorClass.LOST,
        )
        for code in in_doubt(engine)
    }
    assert cells == {code: once(keyed=True) for code in in_doubt(engine)}


@BOTH
def test_without_a_key_an_error_at_commit_is_in_doubt_and_never_doubled(
    bench: Bench, engine: Engine, after: bool
) -> None:
    """The caller is told so, and it is not tried again: it happened once or never."""
    first = {engine.error_classes[code]: code for code in reversed(in_doubt(engine))}.values()
    cells = {
        code: bench.run(
            error_of(engine, code),
            keyed=False,
            after=after,
            cut=engine.error_classes[code] is ErrorClass.LOST,
        )
        for code in first
    }
    assert cells == dict.fromkeys(first, DONE_IN_DOUBT if after else never(txn.OutcomeUnknown))


@KEYED
def test_a_conflict_that_is_certain_at_commit_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, keyed: bool
) -> None:
    """Codes that say for certain that nothing was committed are tried again without a key too."""
    certain = sorted(
        engine.certain_at_commit.intersection(codes(engine, ErrorClass.RETRY, ErrorClass.BUSY))
    )
    cells = {code: bench.run(error_of(engine, code), keyed=keyed) for code in certain}
    assert certain != []
    assert cells == {code: once(keyed=keyed) for code in certain}


@KEYED
def test_a_constraint_that_is_certain_at_commit_refuses_and_changes_nothing(
    bench: Bench, engine: Engine, keyed: bool
) -> None:
    """A constraint may be checked as late as at COMMIT."""
    certain = sorted(engine.certain_at_commit.intersection(codes(engine, ErrorClass.CONSTRAINT)))
    cells = {
        code: bench.run(error_of(engine, code), keyed=keyed, times=bench.goes) for code in certain
    }
    assert certain != []
    assert cells == {code: never(txn.ConstraintRefused, fired=bench.goes) for code in certain}


@BOTH
def test_an_unlisted_error_at_commit_is_in_doubt(bench: Bench, engine: Engine, after: bool) -> None:
    """What the engine's data do not know is no proof that nothing happened."""
    effect = bench.run(unlisted(engine), keyed=False, after=after)
    assert effect == (DONE_IN_DOUBT if after else never(txn.OutcomeUnknown))


@BOTH
def test_a_unit_out_of_time_in_doubt_is_settled_by_asking_again(
    bench: Bench, engine: Engine, after: bool
) -> None:
    """With the deadline past, even a keyed unit is in doubt; its key tells later."""
    first = bench.statements(keyed=True)
    unit = bench.unit(keyed=True)
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    doubt = bench.fault(lost, after=after, cut=True)
    # A group that is out of time leaves its units to themselves: that try fails, too.
    alone = bench.fault(lost, at=first, cut=True)
    with doubt.installed(), alone.installed():
        assert bench.told(unit, policy=ONCE) is txn.OutcomeUnknown
    assert (doubt.fired, alone.fired) == (1, bench.goes - 1)
    told = txn.Outcome({"source": 7, "target": 3}, replayed=after)
    assert bench.effect(unit, bench.told(unit)) == once(keyed=True, told=told)


@BOTH
def test_a_second_loss_while_a_commit_is_in_doubt_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, after: bool
) -> None:
    """At whichever statement of the next try the connection breaks again, a third one settles."""
    lost = codes(engine, ErrorClass.LOST)[0]
    first = bench.statements(keyed=True)
    effects = []
    while True:
        unit = bench.unit(keyed=True)
        second = bench.fault(error_of(engine, lost), at=first + len(effects), cut=True)
        doubt = bench.fault(error_of(engine, lost), after=after, cut=True)
        with second.installed(), doubt.installed():
            told = bench.told(unit)
        if not second.fired:
            break
        effects.append(bench.effect(unit, told))
    assert len(effects) >= 2
    assert effects == [once(keyed=True)] * len(effects)


def test_a_commit_in_doubt_is_told_even_when_the_next_error_is_certain(
    bench: Bench, engine: Engine
) -> None:
    """That the second try could not begin says nothing about the first."""
    unit = bench.unit(keyed=True)
    lost = codes(engine, ErrorClass.LOST)[0]
    first = bench.statements(keyed=True)
    second = bench.fault(unlisted(engine), at=first)
    # Left to itself by its group, the unit meets it again.
    third = bench.fault(unlisted(engine), at=first)
    doubt = bench.fault(error_of(engine, lost), after=True, cut=True)
    with second.installed(), third.installed(), doubt.installed():
        told = bench.told(unit)
    assert (told, second.fired, third.fired) == (txn.OutcomeUnknown, 1, bench.goes - 1)


@BOTH
@KEYED
def test_a_loss_while_the_transaction_begins_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, keyed: bool, after: bool
) -> None:
    """Autocommit is switched off by a statement of its own on some engines: it may fail, too."""
    unit = bench.unit(keyed=keyed)
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    with bench.fault(lost, after=after, cut=True).when_autocommit_is(False) as fault:
        told = bench.told(unit)
    assert bench.effect(unit, told, fired=fault.fired) == once(keyed=keyed)


@BOTH
@KEYED
def test_a_loss_behind_the_commit_is_in_doubt_and_never_doubled(
    bench: Bench, engine: Engine, keyed: bool, after: bool
) -> None:
    """Autocommit is switched on again after the commit: with a key the outcome is found."""
    unit = bench.unit(keyed=keyed)
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    with bench.fault(lost, after=after, cut=True).when_autocommit_is(True) as fault:
        told = bench.told(unit)
    expected = once(keyed=True) if keyed else DONE_IN_DOUBT
    assert bench.effect(unit, told, fired=fault.fired) == expected


def test_without_telling_the_phase_a_lost_commit_would_be_doubled(
    bench: Bench, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: taken for a loss before COMMIT, the unit is run again and happens twice."""
    classify = type(engine).classify

    def phaseless(
        self: Engine, error: Exception, phase: Phase, until: BaseException | None = None
    ) -> ErrorClass:
        return classify(self, error, Phase.BEFORE_COMMIT, until)

    monkeypatch.setattr(type(engine), "classify", phaseless)
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    effect = bench.run(lost, keyed=False, after=True, cut=True)
    twice = txn.Outcome({"source": 4, "target": 6})
    assert effect == Effect(twice, (4, 6), notes=2, receipts=0)


def test_without_receipts_a_lost_commit_would_be_doubled(
    bench: Bench, engine: Engine, receipts_off: None
) -> None:
    """Control: with nothing to find under the key, the unit is run again and happens twice."""
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    effect = bench.run(lost, keyed=True, after=True, cut=True)
    twice = txn.Outcome({"source": 4, "target": 6})
    assert effect == Effect(twice, (4, 6), notes=2, receipts=0)


def test_without_retries_a_conflict_would_reach_the_caller(bench: Bench, engine: Engine) -> None:
    """Control: one try alone is given up at the first conflict."""
    kinds = codes(engine, ErrorClass.RETRY, ErrorClass.BUSY)
    effects = [
        bench.run(error_of(engine, code), keyed=True, at=3, times=bench.goes, policy=ONCE)
        for code in kinds
    ]
    assert effects == [never(txn.Busy, fired=bench.goes)] * len(kinds)


def test_a_unit_after_a_lost_connection_works(bench: Bench, engine: Engine) -> None:
    """The connection that was lost is not used again, by this unit or by the next one."""
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    bench.run(lost, keyed=False, after=True, cut=True)
    unit = bench.unit(keyed=False)
    assert txn.execute(add(unit.terms[0], 5), policy=ONCE) == txn.Outcome(15)
