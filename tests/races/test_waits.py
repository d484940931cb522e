"""How long a unit waits for a lock: not at all, for so long, or until it is its turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connection

from tests.toy.rivals import ONCE, QUICK, Holder, elsewhere
from tests.toy.sent import Statement, sent
from tests.toy.state import balances, unchanged
from tests.toy.units import Overdrawn, add, move
from tradepost import txn
from tradepost.engines import Engine, RowLocks
from tradepost.engines.defaults import LOCK_WAIT_S

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]


@pytest.mark.parametrize("wait_s", [0, 0.05], ids=["at once", "after its wait"])
def test_a_held_row_is_told_while_it_is_held(accounts: Accounts, wait_s: float) -> None:
    """The holder has not committed when the caller is told, and nothing changed meanwhile."""
    a, b = accounts(10, 0)
    with Holder.of(move(a, b, 1)) as holder:
        with unchanged(), pytest.raises(txn.Locked) as caught:
            txn.execute(add(a, 5), wait_s=wait_s)
        assert caught.value.facts == {"wait_s": wait_s}
        assert holder.outcome().answer == {"source": 9, "target": 1}


def test_one_held_row_of_two_leaves_the_other_alone(accounts: Accounts) -> None:
    """Who gets only the first of his rows changes neither."""
    a, b = accounts(10, 10)
    with Holder.of(add(b, 1)), unchanged(), pytest.raises(txn.Locked):
        txn.execute(move(a, b, 5), wait_s=0)
    assert (txn.execute(move(a, b, 5), wait_s=0).answer["target"], balances()) == (16, [5, 16])


def test_rows_that_nobody_holds_are_had_without_a_wait(accounts: Accounts, engine: Engine) -> None:
    """A holder of one row is in nobody's way at another, where rows are locked one by one."""
    a, b = accounts(10, 10)
    with Holder.of(add(a, 1)):
        result = elsewhere(partial(txn.execute, add(b, 5), wait_s=0))
    if engine.row_locks is RowLocks.NONE:
        assert (type(result), balances()) == (txn.Locked, [11, 10])
    else:
        assert (result, balances()) == (txn.Outcome(15), [11, 15])


def session_settings(statements: Sequence[Statement], engine: Engine) -> list[str]:
    """List the statements that change how long the connection waits, whoever uses it next."""
    prefix = engine.lock_wait.sql.partition("{")[0]
    return [sql for sql, _ in statements if sql.startswith(prefix)]


def releasing(holder: Holder) -> Callable[..., Any]:
    """Return an execute wrapper that lets the holder go once somebody else sends a statement."""

    def wrapper(execute: Any, *statement: Any) -> Any:
        holder.release()
        return execute(*statement)

    return wrapper


@pytest.mark.parametrize("wait_s", [None, 30])
def test_a_wait_ends_with_the_holders_commit(
    accounts: Accounts, engine: Engine, wait_s: float | None
) -> None:
    """Whoever waits gets his turn, and decides over what the holder left.

    Where the isolation is serializable the wait may end in a conflict; elsewhere one try is enough.
    """
    (a,) = accounts(10)
    policy = QUICK if engine.isolation == "serializable" else ONCE
    with Holder.of(add(a, 1)) as holder, connection.execute_wrapper(releasing(holder)):
        outcome = txn.execute(add(a, 5), wait_s=wait_s, policy=policy)
    assert (outcome.answer, balances()) == (16, [16])


@pytest.mark.parametrize("wait_s", [0, 0.05, 7])
@pytest.mark.parametrize("refused", [False, True], ids=["done", "refused"])
def test_the_wait_is_bounded_for_the_unit_alone(
    accounts: Accounts, engine: Engine, wait_s: float, refused: bool
) -> None:
    """Within its transaction or its statements; only a file's connection is set, and set back."""
    a, b = accounts(10, 0)
    with sent() as statements:
        if refused:
            with pytest.raises(Overdrawn):
                txn.execute(move(a, b, 11), wait_s=wait_s)
        else:
            txn.execute(move(a, b, 1), wait_s=wait_s)
    if engine.row_locks is RowLocks.NONE:
        assert (statements[0].sql, statements[-1].sql) == (
            engine.lock_wait.statement(wait_s),
            engine.lock_wait.statement(LOCK_WAIT_S),
        )
    else:
        assert session_settings(statements, engine) == []
        assert any(("lock" in sql and "wait" in sql) or "timeout" in sql for sql, _ in statements)


@pytest.mark.parametrize("wait_s", [None, 0, 7])
def test_only_who_would_not_wait_at_all_asks_not_to(
    accounts: Accounts, engine: Engine, wait_s: float | None
) -> None:
    """Rows are locked with NOWAIT where the server takes it, for no other wait than none."""
    (a,) = accounts(10)
    with sent() as statements:
        txn.execute(add(a, 5), wait_s=wait_s)
    locking = [sql for sql, _ in statements if " FOR UPDATE" in sql and "SELECT" in sql]
    asked = [sql.endswith(" FOR UPDATE NOWAIT") for sql in locking]
    locks = engine.row_locks is not RowLocks.NONE
    assert asked == [wait_s == 0 and engine.has_nowait] * locks


def test_the_wait_is_set_back_behind_a_unit_that_found_its_row_held(
    accounts: Accounts, engine: Engine
) -> None:
    """A caller who would not wait does not make the next one on his connection impatient."""
    (a,) = accounts(10)
    with (
        Holder.of(add(a, 1)),
        sent() as statements,
        pytest.raises(txn.Locked),
    ):
        txn.execute(add(a, 5), wait_s=0)
    left = [statements[-1].sql] if engine.row_locks is RowLocks.NONE else []
    assert left == session_settings(statements, engine)[1:]
    assert left in ([], [engine.lock_wait.statement(LOCK_WAIT_S)])


def test_a_unit_without_a_bounded_wait_sets_none(accounts: Accounts, engine: Engine) -> None:
    """What every connection waits is set once, when it is made."""
    (a,) = accounts(10)
    with sent() as statements:
        txn.execute(add(a, 5))
    assert session_settings(statements, engine) == []


@pytest.mark.parametrize("wait_s", [0, 0.05], ids=["at once", "after its wait"])
def test_a_key_whose_first_request_is_running_is_told_so_and_then_replayed(
    accounts: Accounts, keys: Keys, wait_s: float
) -> None:
    """While the first is open nobody else gets an outcome; once it commits, everybody its own.

    The first has locked its rows, and stores its receipt when it has decided.
    """
    a, b = accounts(10, 0)
    unit = move(a, b, 3, keys())
    with Holder.of(unit) as holder:
        with unchanged(), pytest.raises(txn.Locked):
            txn.execute(unit, wait_s=wait_s)
        first = holder.outcome()
    assert txn.execute(unit, wait_s=wait_s) == txn.Outcome(first.answer, replayed=True)
    assert balances() == [7, 3]


def test_another_key_on_the_same_rows_finds_them_locked(accounts: Accounts, keys: Keys) -> None:
    """It is the rows that are in use, not the key."""
    a, b = accounts(10, 0)
    with Holder.of(move(a, b, 3, keys())), unchanged(), pytest.raises(txn.Locked):
        txn.execute(move(a, b, 3, keys()), wait_s=0)


def test_a_key_whose_first_request_is_refused_in_the_end_goes_to_the_next(
    accounts: Accounts, keys: Keys
) -> None:
    """Who waited behind it is the first then, even with another request."""
    a, b = accounts(10, 0)
    key = keys()
    with Holder.of(move(b, a, 3, key)) as holder:
        with connection.execute_wrapper(releasing(holder)):
            outcome = txn.execute(move(a, b, 3, key))
        with pytest.raises(Overdrawn):
            holder.outcome()
    assert (outcome.replayed, balances()) == (False, [7, 3])
