"""An error before and after each statement in turn: exactly one effect, or none and the reason."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

import pytest

from tests.toy.rivals import ONCE, QUICK, elsewhere
from tests.toy.state import unchanged
from tests.txn.bench import Bench, Effect, never, once
from tests.txn.faults import codes, conflict, error_of, unlisted
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, RowLocks

pytestmark = pytest.mark.driver

RETRYABLE = (ErrorClass.RETRY, ErrorClass.BUSY, ErrorClass.LOST)
BOTH = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
KEYED = pytest.mark.parametrize("keyed", [False, True], ids=["no key", "key"])
# Which code, at which statement.
Cells = dict[tuple[str, int], Effect]


@BOTH
@KEYED
def test_an_error_of_each_kind_at_each_statement_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, keyed: bool, after: bool
) -> None:
    """One error of each retryable kind the engine knows, at every statement there is."""
    kinds = [engine_codes[0] for kind in RETRYABLE if (engine_codes := codes(engine, kind))]
    places = range(bench.statements(keyed=keyed))
    cells: Cells = {
        (code, place): bench.run(
            error_of(engine, code),
            keyed=keyed,
            at=place,
            after=after,
            cut=engine.error_classes[code] is ErrorClass.LOST,
        )
        for code in kinds
        for place in places
    }
    assert cells == {(code, place): once(keyed=keyed) for code in kinds for place in places}


@BOTH
def test_an_error_of_each_code_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, after: bool
) -> None:
    """Every code the engine's data call retryable, at the statements in turn, key or no key."""
    every = codes(engine, *RETRYABLE)
    counts = {keyed: bench.statements(keyed=keyed) for keyed in (False, True)}
    cells = {
        code: bench.run(
            error_of(engine, code),
            keyed=(keyed := bool(number % 2)),
            at=number % counts[keyed],
            after=after,
            cut=engine.error_classes[code] is ErrorClass.LOST,
        )
        for number, code in enumerate(every)
    }
    assert cells == {code: once(keyed=bool(number % 2)) for number, code in enumerate(every)}


def test_an_error_that_only_its_text_tells_leaves_exactly_one_effect(
    bench: Bench, engine: Engine
) -> None:
    """Where a code is a catch-all, the texts that the engine's data list are tried again."""
    texts = [(code, text) for code, known in engine.texts.items() for text in known]
    effects = [
        bench.run(error_of(engine, code, f"tikv: {text}, sorry"), keyed=True, at=3)
        for code, text in texts
    ]
    assert effects == [once(keyed=True)] * len(texts)


@BOTH
def test_an_error_while_the_wait_is_set_or_set_back_leaves_exactly_one_effect(
    bench: Bench, engine: Engine, after: bool
) -> None:
    """Where the connection's own wait is set, a statement before the transaction and one behind.

    Elsewhere the wait is bounded within the transaction, by no statement more.
    """
    kinds = [engine_codes[0] for kind in RETRYABLE if (engine_codes := codes(engine, kind))]
    last = bench.statements(keyed=True, wait_s=7) - 1
    around = 2 if engine.row_locks is RowLocks.NONE else 0
    assert last + 1 == bench.statements(keyed=True) + around
    # A caller who bounds the wait is told of the first lock he waited for in vain.
    kinds = [code for code in kinds if engine.error_classes[code] is not ErrorClass.BUSY]
    cells: Cells = {
        (code, place): bench.run(
            error_of(engine, code),
            keyed=True,
            at=place,
            after=after,
            cut=engine.error_classes[code] is ErrorClass.LOST,
            wait_s=7,
        )
        for code in kinds
        for place in range(last + 1)
    }
    assert cells == {(code, place): once(keyed=True) for code in kinds for place in range(last + 1)}


def test_a_refusal_of_a_constraint_at_any_statement_changes_nothing(
    bench: Bench, engine: Engine
) -> None:
    """Both rows were there, so nobody else's insert explains it: it is not tried again."""
    code = codes(engine, ErrorClass.CONSTRAINT)[0]
    places = range(bench.statements(keyed=False))
    effects = [
        bench.run(error_of(engine, code), keyed=False, at=place, times=bench.goes)
        for place in places
    ]
    assert effects == [never(txn.ConstraintRefused, fired=bench.goes)] * len(places)


@KEYED
def test_an_error_nobody_listed_is_raised_as_it_is_and_changes_nothing(
    bench: Bench, engine: Engine, keyed: bool
) -> None:
    """Trying again is no use where the mistake is ours."""
    places = range(bench.statements(keyed=keyed))
    effects = [
        bench.run(unlisted(engine), keyed=keyed, at=place, times=bench.goes) for place in places
    ]
    kinds = {effect.told for effect in effects}
    assert effects == [never(effect.told, fired=bench.goes) for effect in effects]
    assert {kind.__module__ for kind in kinds} == {"django.db.utils"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [(ErrorClass.BUSY, txn.Busy), (ErrorClass.LOST, txn.DatabaseUnavailable)],
    ids=["busy", "lost"],
)
def test_who_is_out_of_time_is_told_that_nothing_happened(
    bench: Bench, engine: Engine, kind: ErrorClass, told: type[Exception]
) -> None:
    """At the deadline the last error decides what the caller is told, at any statement."""
    places = range(bench.statements(keyed=False))
    error = codes(engine, kind)[0]
    effects = [
        bench.run(
            error_of(engine, error),
            keyed=False,
            at=place,
            cut=kind is ErrorClass.LOST,
            times=bench.goes,
            policy=ONCE,
        )
        for place in places
    ]
    assert effects == [never(told, fired=bench.goes)] * len(places)


def test_who_is_out_of_time_may_ask_again_with_the_same_key(bench: Bench, engine: Engine) -> None:
    """An attempt that was given up leaves the key free, whatever it had reached."""
    code = codes(engine, ErrorClass.LOST)[0]
    units = [bench.unit(keyed=True) for _ in range(bench.statements(keyed=True))]
    for place, unit in enumerate(units):
        fault = bench.fault(error_of(engine, code), at=place, cut=True, times=bench.goes)
        with unchanged(), fault.installed():
            assert bench.told(unit, policy=ONCE) is txn.DatabaseUnavailable
    effects = [bench.effect(unit, bench.told(unit)) for unit in units]
    assert effects == [once(keyed=True)] * len(units)


def test_an_error_at_any_statement_of_a_replay_tells_the_same_outcome(
    bench: Bench, engine: Engine
) -> None:
    """Losing the database on the way to the receipt is tried again, and nothing happens twice."""
    code = codes(engine, ErrorClass.LOST)[0]
    effects = []
    while True:
        unit = bench.unit(keyed=True)
        txn.execute(unit)
        fault = bench.fault(error_of(engine, code), at=len(effects), cut=True)
        with fault.installed():
            told = bench.told(unit)
        if not fault.fired:
            break
        effects.append(bench.effect(unit, told))
    replayed = txn.Outcome({"source": 7, "target": 3}, replayed=True)
    assert len(effects) >= 2
    assert effects == [once(keyed=True, told=replayed)] * len(effects)


def test_an_error_at_any_statement_of_a_dry_run_is_tried_again(
    bench: Bench, engine: Engine
) -> None:
    """A dry run meets a lost database as the run would, and still writes nothing."""
    code = codes(engine, ErrorClass.LOST)[0]
    effects = []
    while True:
        unit = bench.unit(keyed=True)
        fault = bench.fault(error_of(engine, code), at=len(effects), cut=True)
        with unchanged(), fault.installed():
            told = bench.told(unit, dry_run=True)
        if not fault.fired:
            break
        effects.append(told)
    assert len(effects) >= 2
    assert effects == [txn.Outcome({"source": 7, "target": 3})] * len(effects)


def test_a_connection_lost_behind_a_conflict_is_not_used_again(
    bench: Bench, engine: Engine
) -> None:
    """A conflict, then autocommit cannot be set back: the next try needs another connection."""
    unit = bench.unit(keyed=True)

    def work() -> Any:
        lost = bench.fault(error_of(engine, codes(engine, ErrorClass.LOST)[0]), cut=True)
        with bench.fault(conflict(engine), at=3).installed(), lost.when_autocommit_is(True):
            bench.told(unit, policy=QUICK)
        # The thread goes on to the next request.
        return lost.fired and bench.told(unit, policy=QUICK)

    told = elsewhere(work)
    assert isinstance(told, txn.Outcome)
    assert bench.effect(unit, told) == once(keyed=True, told=told)


def test_a_committed_unit_is_answered_even_if_the_server_is_gone_behind_it(
    bench: Bench, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting the wait back fails, connecting anew fails: the commit stays, and is told."""
    if engine.row_locks is not RowLocks.NONE:
        pytest.skip(f"{engine.title} bounds the wait within the transaction: nothing is set back")
    connection = bench.connection
    last = bench.statements(keyed=True, wait_s=7) - 1
    called: list[txn.Outcome] = []
    unit = dataclasses.replace(bench.unit(keyed=True), after_commit=(called.append,))
    lost = error_of(engine, codes(engine, ErrorClass.LOST)[0])

    def gone() -> None:
        with connection.wrap_database_errors:
            raise lost

    with monkeypatch.context() as patch, bench.fault(lost, at=last, cut=True).installed():
        patch.setattr(connection, "connect", gone)
        told = bench.told(unit, wait_s=7, policy=ONCE)
    assert bench.effect(unit, told) == once(keyed=True)
    assert called == [told]


@pytest.mark.parametrize("error", [None, KeyboardInterrupt()], ids=["unlisted", "interrupt"])
def test_a_mistake_behind_begin_leaves_no_transaction_open(
    bench: Bench, engine: Engine, error: BaseException | None
) -> None:
    """Whatever is raised after BEGIN was done, the next unit of the thread can begin."""
    unit = bench.unit(keyed=True)
    # An interrupt is nobody's to try again.
    goes = 1 if error else bench.goes

    def work() -> object:
        fault = bench.fault(error or unlisted(engine), at=0, after=True, times=goes)
        try:
            with fault.installed(), contextlib.suppress(BaseException):
                txn.execute(unit, policy=ONCE)
            return bench.told(unit, policy=ONCE)
        finally:
            bench.connection.connection.rollback()

    assert bench.effect(unit, elsewhere(work)) == once(keyed=True)
