"""The one writer of a process: who is alone does not wait, and who waits is committed together."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.execution import by_the_committer
from tests.toy.rivals import PATIENCE_S, Holder, elsewhere
from tests.toy.sent import commits
from tests.toy.state import balances, unchanged
from tests.toy.units import Overdrawn, account, add, move, rename
from tests.txn.groups import SEPARATELY, noting
from tests.txn.queues import THREAD, Told, callers, held_commits, stopping, threads
from tradepost import txn
from tradepost.txn import committer as module
from tradepost.txn.committer import committer

Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
pytestmark = by_the_committer


def test_who_is_alone_commits_at_once_in_their_own_thread(accounts: Accounts) -> None:
    """No thread is started for those who do not wait."""
    (a,) = accounts(0)
    with commits() as done:
        outcomes = [txn.execute(add(a, 1)) for _ in range(3)]
    assert [outcome.answer for outcome in outcomes] == [1, 2, 3]
    assert (done, threads()) == ([threading.current_thread().name] * 3, [])


def test_what_queued_up_during_a_commit_is_one_transaction_in_the_order_it_came(
    accounts: Accounts,
) -> None:
    """Ten units, one commit; each decides over what those before it left."""
    (a,) = accounts(0)
    order: list[Any] = []
    told = Told()
    units = [noting(order, place, add(a, 10)) for place in range(10)]
    with Holder.of(noting(order, "first", add(a, 1))) as holder, commits() as done:
        told.submit(*units)
        assert told.calls == []
        assert holder.outcome() == txn.Outcome(1)
        results = told.results(10)
    assert order == ["first", *range(10)]
    assert results == [txn.Outcome(11 + 10 * place) for place in range(10)]
    assert (done[1:], told.calls, balances()) == ([THREAD], [list(range(10))], [101])


def test_callers_who_wait_are_told_each_their_own(accounts: Accounts) -> None:
    """Done, refused, and failed by a mistake: each gets it in their own thread."""
    a, b = accounts(10, 0)
    with callers() as waiting, Holder.of(add(b, 1)) as holder, commits() as done:
        moved, refused, failed = waiting.execute(
            move(a, b, 3), move(a, b, 50), noting([], 0, add(a + 10**6, 1))
        )
        holder.release()
        assert moved.result(PATIENCE_S) == txn.Outcome({"source": 7, "target": 4})
        assert isinstance(refused.exception(PATIENCE_S), Overdrawn)
        assert isinstance(failed.exception(PATIENCE_S), AttributeError)
    assert (done.count(THREAD), balances()) == (1, [7, 4])


def test_a_group_is_at_most_so_wide(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than that is the next one, in order."""
    (a,) = accounts(0)
    monkeypatch.setattr(module, "GROUP_MAX", 4)
    told = Told()
    with Holder.of(add(a, 1)) as holder, commits() as done:
        told.submit(*[add(a, 1)] * 10)
        holder.release()
        assert told.results(10) == [txn.Outcome(balance) for balance in range(2, 12)]
    assert told.calls == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert done.count(THREAD) == 3


def test_a_group_has_a_bound_of_rows(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names more than that is committed alone."""
    a, b = accounts(100, 0)
    monkeypatch.setattr(module, "GROUP_LOCKS_MAX", 4)
    wide = dataclasses.replace(add(a, 1), locks=[account(a + place) for place in range(5)])
    told = Told()
    with Holder.of(add(a, 1)) as holder:
        told.submit(move(a, b, 1), move(a, b, 1), wide, add(a, 1), move(a, b, 1), add(a, 1))
        holder.release()
        told.wait(6)
    assert (told.calls, balances()) == ([[0, 1], [2], [3, 4, 5]], [101, 3])


def test_one_that_waited_by_itself_is_run_by_the_committer(accounts: Accounts) -> None:
    """A group of one is no group, and its outcome is the same."""
    a, b = accounts(0, 0)
    told = Told()
    with Holder.of(add(a, 1)) as holder, commits() as done:
        told.submit(move(b, a, 5))
        holder.release()
        (refused,) = told.results(1)
        told.submit(add(a, 1))
        assert told.results(2)[1] == txn.Outcome(2)
    # A transaction without changes ends like any other.
    assert (type(refused), done.count(THREAD)) == (Overdrawn, 2)


def test_there_is_one_thread_and_not_before_somebody_waits(accounts: Accounts) -> None:
    """It is made for the first unit that waits, and stays."""
    (a,) = accounts(0)
    seen: list[Any] = []
    told = Told()
    for count in (2, 4):
        with Holder.of(add(a, 1)) as holder:
            seen.append(threads())
            told.submit(add(a, 1), add(a, 1))
            holder.release()
            told.wait(count)
        seen.append(threads())
    (one,) = threads()
    assert seen == [[], [one], [one], [one]]
    assert one.daemon


def test_nothing_is_told_before_its_commit(accounts: Accounts) -> None:
    """While the commit is under way nobody is told, and nobody else sees a change."""
    a, b = accounts(0, 0)
    told = Told()
    with callers() as waiting, held_commits() as wait_for_commit:
        with Holder.of(add(b, 1)) as holder:
            (caller,) = waiting.execute(add(a, 1))
            told.submit(add(a, 10))
            holder.outcome()
        wait_for_commit()
        seen = (list(told.calls), caller.done(), elsewhere(balances))
    assert seen == ([], False, [0, 1])
    assert (caller.result(PATIENCE_S), told.results(1)) == (txn.Outcome(1), [txn.Outcome(11)])
    assert balances() == [11, 1]


def test_who_comes_when_the_queue_is_full_is_told_so(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing happens for them; those who were let in are done."""
    (a,) = accounts(0)
    monkeypatch.setattr(module, "QUEUE_MAX", 2)
    told, late = Told(), Told()
    with Holder.of(add(a, 1)) as holder:
        told.submit(add(a, 1), add(a, 1))
        for refused in (lambda: txn.execute(add(a, 100)), lambda: late.submit(add(a, 100))):
            with pytest.raises(txn.TooMuchWaiting):
                refused()
        holder.release()
        told.wait(2)
    assert (balances(), late.calls) == ([3], [])
    assert txn.execute(add(a, 1)).answer == 4


def test_who_is_out_of_time_when_their_turn_comes_is_told_so(
    accounts: Accounts, keys: Keys
) -> None:
    """Nothing happens for them, their key is free; those beside them are done."""
    (a,) = accounts(0)
    told = Told()
    late = add(a, 100, keys())
    with Holder.of(add(a, 1)) as holder:
        told.submit(add(a, 1))
        committer("default").submit(late, txn.RetryPolicy(deadline_s=0), told, "late")
        told.submit(add(a, 1))
        holder.release()
        one, refused, other = told.wait(3)
    assert (one.result, other.result) == (txn.Outcome(2), txn.Outcome(3))
    with pytest.raises(txn.TooMuchWaiting):
        txn.conclude(refused)
    assert (balances(), txn.execute(late)) == ([3], txn.Outcome(103))


def test_who_waits_without_time_is_told_so_in_their_thread(accounts: Accounts) -> None:
    """A policy of one try is no reason to wait for others, either."""
    (a,) = accounts(0)
    with callers() as waiting, Holder.of(add(a, 1)) as holder:
        (late,) = waiting.execute(add(a, 100), policy=txn.RetryPolicy(deadline_s=0))
        holder.release()
        assert isinstance(late.exception(PATIENCE_S), txn.TooMuchWaiting)
    assert balances() == [1]


def test_a_committer_that_stops_finishes_what_it_took_and_refuses_the_rest(
    accounts: Accounts,
) -> None:
    """Its thread ends when all are told; who comes then is told to come back."""
    (a,) = accounts(0)
    told = Told()
    with Holder.of(add(a, 1)) as holder:
        told.submit(add(a, 1), add(a, 1))
        stop = stopping()
        for refused in (lambda: txn.execute(add(a, 100)), lambda: told.submit(add(a, 100))):
            with pytest.raises(txn.TooMuchWaiting):
                refused()
        assert (stop.is_alive(), told.calls) == (True, [])
        holder.release()
        stop.join(PATIENCE_S)
        assert (stop.is_alive(), told.calls, threads()) == (False, [[0, 1]], [])
    with unchanged(), pytest.raises(txn.TooMuchWaiting):
        txn.execute(add(a, 100))
    assert balances() == [3]


def test_a_committer_that_never_ran_stops_at_once(committed: None) -> None:
    """There is no thread to wait for."""
    committer("default")
    txn.stop_committers()
    assert threads() == []


def test_callbacks_run_once_in_the_callers_thread(
    accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    """After the commit; an error in one is logged, and the next one is called."""
    (a,) = accounts(0)
    called: list[Any] = []

    def broken(_outcome: txn.Outcome) -> None:
        raise ValueError("no mail today")

    def note(outcome: txn.Outcome) -> None:
        called.append((outcome.answer, threading.current_thread().name, elsewhere(balances)))

    unit = dataclasses.replace(add(a, 1), after_commit=(broken, note))
    with callers() as waiting, Holder.of(add(a, 1)) as holder, caplog.at_level(logging.ERROR):
        futures = waiting.execute(unit, dataclasses.replace(add(a, 1), after_commit=(note,)))
        holder.release()
        outcomes = [future.result(PATIENCE_S).answer for future in futures]
    assert (outcomes, sorted(answer for answer, *_ in called)) == ([2, 3], [2, 3])
    assert {seen[0] for *_, seen in called} == {3}
    assert THREAD not in {name for _, name, _ in called}
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError]


def test_a_notify_that_raises_is_logged_and_the_others_are_told(
    accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    """The commit was done; the committer goes on."""
    (a,) = accounts(0)

    def broken(_settled: Any) -> None:
        raise ValueError("nobody there")

    told = Told()
    with caplog.at_level(logging.ERROR), Holder.of(add(a, 1)) as holder:
        txn.submit(add(a, 1), broken, ticket=0)
        told.submit(add(a, 1))
        holder.release()
        assert told.results(1) == [txn.Outcome(3)]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError]
    with Holder.of(add(a, 1)) as holder:
        told.submit(add(a, 1))
        holder.release()
        assert told.results(2)[1] == txn.Outcome(5)


def test_what_is_concluded_needs_nothing_more(accounts: Accounts) -> None:
    """An outcome or an error is; a unit left to itself, or one with callbacks, is not yet."""
    a, b = accounts(0, 0)
    told = Told()
    called: list[Any] = []
    after = dataclasses.replace(add(a, 1), after_commit=(called.append,))
    with Holder.of(add(b, 1)) as holder:
        told.submit(add(a, 1), move(a, b, 50), after)
        holder.release()
        done, refused, calling = told.wait(3)
    assert [txn.is_concluded(one) for one in (done, refused, calling)] == [True, True, False]
    assert (txn.conclude(done), called) == (txn.Outcome(1), [])
    with pytest.raises(Overdrawn):
        txn.conclude(refused)
    assert (txn.conclude(calling), called) == (txn.Outcome(2), [txn.Outcome(2)])


def test_what_a_group_left_to_itself_runs_when_it_is_concluded(
    accounts: Accounts, keys: Keys
) -> None:
    """On the caller's connection, once; the bad one is told why it failed."""
    a, b = accounts(0, 0)
    told = Told()
    with Holder.of(add(b, 1)) as holder:
        told.submit(add(a, 1, keys()), rename(a, "account-1"), add(a, 2))
        holder.release()
        good, bad, other = told.wait(3)
    assert [one.result for one in (good, bad, other)] == [SEPARATELY] * 3
    assert not txn.is_concluded(good)
    with commits() as done:
        assert txn.conclude(good) == txn.Outcome(1)
        with pytest.raises(txn.ConstraintRefused):
            txn.conclude(bad)
        assert txn.conclude(other) == txn.Outcome(3)
    assert (done, balances()) == ([threading.current_thread().name] * 2, [3, 1])
