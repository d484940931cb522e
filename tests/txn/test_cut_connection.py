"""The connection cut at COMMIT, for real: a proxy stands between the driver and the server."""

from __future__ import annotations

import dataclasses

import pytest

from tests.toy.rivals import ONCE, QUICK
from tests.toy.units import add
from tests.txn.bench import Bench, Effect, never, once
from tests.txn.proxy import Cut, Proxy
from tradepost import txn

pytestmark = pytest.mark.driver

ROUNDS = 20
MOVED = {"source": 7, "target": 3}
DONE_IN_DOUBT = Effect(txn.OutcomeUnknown, (7, 3), notes=1, receipts=0)


def cut(bench: Bench, proxy: Proxy, how: Cut, *, keyed: bool) -> Effect:
    """Execute a move whose COMMIT is cut, and read what it left when all of it is over."""
    unit = bench.unit(keyed=keyed)
    proxy.cut_next(how)
    told = bench.told(unit)
    # Whoever holds the rows after this one is certain that the lost session has ended.
    txn.execute(dataclasses.replace(add(unit.terms[0], 0), locks=unit.locks), policy=QUICK)
    return bench.effect(unit, told)


@pytest.mark.parametrize("how", Cut)
def test_with_a_key_the_outcome_of_a_cut_commit_is_found(
    bench: Bench, proxy: Proxy, how: Cut
) -> None:
    """However it was cut, the caller gets the outcome and there is exactly one effect."""
    effects = [cut(bench, proxy, how, keyed=True) for _ in range(ROUNDS)]
    assert effects == [once(keyed=True)] * ROUNDS
    assert proxy.cuts == ROUNDS


def test_without_a_key_a_commit_that_never_arrived_is_in_doubt(bench: Bench, proxy: Proxy) -> None:
    """Nothing happened, and the caller is told that nobody knows."""
    effects = [cut(bench, proxy, Cut.BEFORE, keyed=False) for _ in range(ROUNDS)]
    assert effects == [never(txn.OutcomeUnknown)] * ROUNDS


def test_without_a_key_a_commit_whose_answer_is_lost_is_in_doubt(
    bench: Bench, proxy: Proxy
) -> None:
    """It happened once, and the caller is told that nobody knows."""
    effects = [cut(bench, proxy, Cut.ANSWERED, keyed=False) for _ in range(ROUNDS)]
    assert effects == [DONE_IN_DOUBT] * ROUNDS


def test_without_a_key_a_commit_cut_under_way_is_in_doubt_and_never_doubled(
    bench: Bench, proxy: Proxy
) -> None:
    """It happened or not, nobody knows, and never twice."""
    effects = [cut(bench, proxy, Cut.AT_ONCE, keyed=False) for _ in range(ROUNDS)]
    possible = [never(txn.OutcomeUnknown), DONE_IN_DOUBT]
    assert [effect for effect in effects if effect not in possible] == []


@pytest.mark.parametrize("how", Cut)
def test_a_caller_in_doubt_asks_again_and_is_told(bench: Bench, proxy: Proxy, how: Cut) -> None:
    """Given up in doubt, the same request under the same key settles it."""
    for _ in range(ROUNDS // 2):
        unit = bench.unit(keyed=True)
        proxy.cut_next(how)
        first = bench.told(unit, policy=ONCE)
        # A group that is out of time leaves its unit to itself, which finds the outcome at once.
        grouped = bench.way == "group"
        assert first == (txn.Outcome(MOVED) if grouped else txn.OutcomeUnknown)
        told = bench.told(unit)
        assert isinstance(told, txn.Outcome)
        assert bench.effect(unit, told) == once(
            keyed=True, told=txn.Outcome(MOVED, replayed=told.replayed)
        )
        in_time = grouped or how is Cut.ANSWERED
        assert told.replayed == in_time or (how is Cut.AT_ONCE and not grouped)


def test_without_receipts_a_commit_whose_answer_is_lost_would_be_doubled(
    bench: Bench, proxy: Proxy, receipts_off: None
) -> None:
    """Control: the same cut makes the effect happen twice when there is nothing to find."""
    effect = cut(bench, proxy, Cut.ANSWERED, keyed=True)
    twice = txn.Outcome({"source": 4, "target": 6})
    assert effect == Effect(twice, (4, 6), notes=2, receipts=0)


def test_a_connection_that_is_not_cut_passes_through(bench: Bench, proxy: Proxy) -> None:
    """The proxy itself changes nothing."""
    effect = bench.effect(unit := bench.unit(keyed=True), bench.told(unit, policy=ONCE))
    assert (effect, proxy.cuts) == (once(keyed=True), 0)
