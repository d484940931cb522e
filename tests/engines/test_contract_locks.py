"""What each engine says of locks, isolation and snapshots, tried on the live server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

import pytest
from django.db.utils import Error

from tests.engines.provoke import ADD, LOCK, READ
from tests.engines.recipe import Recipe
from tests.engines.sessions import Session, Stage, error_of, known_as, waiting
from tradepost import txn
from tradepost.engines import Engine, ErrorClass, Phase, RowLocks, engine_of

ENGINE = engine_of("default")
HAS_ROW_LOCKS = ENGINE.row_locks is not RowLocks.NONE
BOTH_ROWS = "SELECT n FROM staged WHERE id IN (%s, %s) ORDER BY id FOR UPDATE"
# What takes a lock, in a transaction that has begun.
TAKE = LOCK if HAS_ROW_LOCKS else READ


def lock_both(session: Session, stage: Stage) -> None:
    session.run(BOTH_ROWS, stage.one, stage.two)


def lock_each(session: Session, stage: Stage) -> None:
    session.run(LOCK, stage.one)
    session.run(LOCK, stage.two)


def lock_nothing(session: Session, stage: Stage) -> None:
    """Leave it to the beginning of the transaction."""


WAYS = [lock_both, lock_each] if HAS_ROW_LOCKS else [lock_nothing]


def impatient(stage: Stage) -> Session:
    """Return a session that waits for a lock as short as the engine can."""
    session = stage.session()
    session.run(stage.engine.lock_wait.statement(0))
    return session


def take(session: Session, row: int) -> None:
    session.begin().run(TAKE, row)


def is_busy(engine: Engine, call: Callable[[], object]) -> bool:
    return engine.classify(error_of(call), Phase.BEFORE_COMMIT) is ErrorClass.BUSY


@pytest.mark.parametrize("lock", WAYS)
def test_what_one_transaction_locked_no_other_gets(
    engine: Engine, stage: Stage, lock: Callable[[Session, Stage], None]
) -> None:
    """Each of the rows, in whichever way they were locked; freed when it ends."""
    holder, other = stage.session().begin(), impatient(stage)
    lock(holder, stage)

    for row in (stage.one, stage.two):
        assert is_busy(engine, partial(take, other, row))
        other.rollback()
    holder.rollback()

    assert other.begin().value(TAKE, stage.one) == 10


@pytest.mark.skipif(not HAS_ROW_LOCKS, reason="there are no row locks")
def test_a_lock_on_one_row_leaves_the_others_free(stage: Stage) -> None:
    """Nobody waits for a row that nobody locked."""
    stage.session().begin().run(LOCK, stage.one)

    assert impatient(stage).begin().value(LOCK, stage.two) == 10


def test_nowait_is_taken_where_the_engine_says_so(engine: Engine, stage: Stage) -> None:
    """And is an error of syntax elsewhere."""
    session = stage.session().begin()
    if engine.has_nowait:
        assert session.value(f"{LOCK} NOWAIT", stage.one) == 10
    else:
        error = error_of(lambda: session.run(f"{LOCK} NOWAIT", stage.one))
        assert engine.classify(error, Phase.BEFORE_COMMIT) is ErrorClass.BUG


@pytest.mark.parametrize("nowait", [False, True] if HAS_ROW_LOCKS else [False])
def test_a_bounded_wait_ends_while_a_longer_one_goes_on(
    engine: Engine, stage: Stage, nowait: bool
) -> None:
    """Whoever waits longer gets the lock once it is free."""
    holder, patient = stage.session().begin(), stage.session()
    if HAS_ROW_LOCKS:
        holder.run(LOCK, stage.one)
    patient.run(engine.lock_wait.statement(60))
    hasty = stage.session() if nowait else impatient(stage)
    asked = f"{TAKE} NOWAIT" if nowait else TAKE

    with waiting(lambda: patient.begin().value(TAKE, stage.one)) as patience:
        refused = is_busy(engine, lambda: hasty.begin().run(asked, stage.one))
        still_waiting = not patience.done()
        holder.rollback()

        assert refused
        assert still_waiting
        assert patience.result() == 10


def test_the_server_knows_the_bound_that_was_asked_for(
    engine: Engine, recipe: Recipe, stage: Stage
) -> None:
    """In its own units, and no less than the least that it takes."""
    session, answers = stage.session(), {}
    for wait_s in recipe.bounds:
        session.run(engine.lock_wait.statement(wait_s))
        answers[wait_s] = str(session.value(recipe.bound_sql))

    assert answers == recipe.bounds


def test_a_transaction_has_the_isolation_that_the_engine_names(
    engine: Engine, stage: Stage
) -> None:
    """By the server's own answer, in the transaction."""
    assert stage.session().begin().value(engine.isolation_sql).lower() == engine.isolation


def test_a_second_read_sees_a_concurrent_commit_unless_serializable(
    engine: Engine, stage: Stage
) -> None:
    """Where nobody else can write at all, there is nothing to see."""
    reader, other = stage.session().begin(), impatient(stage)

    first = reader.value(READ, stage.one)
    with contextlib.suppress(Error):
        other.run(ADD, stage.one)
    second = reader.value(READ, stage.one)

    assert (first, second) == (10, 10 if engine.isolation == "serializable" else 11)


def test_an_update_without_a_lock_may_be_lost_unless_serializable(
    engine: Engine, stage: Stage
) -> None:
    """So a unit locks what it reads."""
    first, second = stage.session().begin(), impatient(stage)
    found, commits = first.value(READ, stage.one), 0

    with contextlib.suppress(Error):
        second.run(ADD, stage.one)
        commits += 1
    with contextlib.suppress(Error):
        first.run("UPDATE staged SET n = %s WHERE id = %s", found + 1, stage.one)
        first.commit()
        commits += 1
    kept = stage.session().value(READ, stage.one) - 10

    assert (kept < commits) is (engine.isolation == "read committed")


def test_a_snapshot_shows_one_moment_while_others_commit(engine: Engine, stage: Stage) -> None:
    """Neither waits for the other."""
    reader, writer = stage.session(), impatient(stage)

    with known_as("reader", reader), txn.snapshot("reader"):
        before = [reader.value(READ, stage.one)]
        writer.run(ADD, stage.one)
        writer.run(ADD, stage.two)
        before += [reader.value(READ, stage.one), reader.value(READ, stage.two)]

    assert engine.snapshot[1] == "ROLLBACK"
    assert before == [10, 10, 10]
    assert [reader.value(READ, row) for row in (stage.one, stage.two)] == [11, 11]


def test_no_write_in_a_snapshot_stays(stage: Stage) -> None:
    """It is refused, or undone."""
    session = stage.session()

    with known_as("reader", session), txn.snapshot("reader"), contextlib.suppress(Error):
        session.run(ADD, stage.one)

    assert stage.session().value(READ, stage.one) == 10


def test_a_snapshot_leaves_the_session_as_it_was(engine: Engine, stage: Stage) -> None:
    """The next transaction has its isolation, and writes."""
    session = stage.session()
    with known_as("reader", session), txn.snapshot("reader"):
        session.run(READ, stage.one)

    session.begin().run(ADD, stage.one)
    isolation = session.value(engine.isolation_sql).lower()
    session.commit()

    assert isolation == engine.isolation
    assert stage.session().value(READ, stage.one) == 11
