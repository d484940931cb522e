"""Hot rows under the product's own committer: exact sums, one transaction for many."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.execution import by_the_committer
from tests.toy.models import Account, Note
from tests.toy.rivals import PATIENCE_S, QUICK, Holder
from tests.toy.sent import commits
from tests.toy.state import balances
from tests.toy.units import add, get_or_create, move, open_many
from tests.txn.queues import THREAD, callers
from tradepost import txn
from tradepost.txn.committer import Committer, committer
from tradepost.txn.models import Receipt

pytestmark = by_the_committer
THREADS = 32
# As many as no thread gets done before the committer is stopped.
MANY = 1000
Accounts = Callable[..., list[int]]
Keys = Callable[[], txn.Key]
Together = Callable[[list[Callable[[], Any]]], list[Any]]


def test_who_waits_for_a_hot_row_is_committed_in_one_transaction(accounts: Accounts) -> None:
    """32 threads come while the first holds the row: two commits, and each has its own answer."""
    (a,) = accounts(0)
    with callers(THREADS) as waiting, commits() as done:
        with Holder.of(add(a, 1)) as holder:
            futures = waiting.execute(*[add(a, 1)] * THREADS)
            holder.outcome()
        answers = [future.result(PATIENCE_S).answer for future in futures]
    assert answers == list(range(2, THREADS + 2))
    assert (done.count(THREAD), len(done), balances()) == (1, 2, [THREADS + 1])


def test_a_hot_row_under_many_threads_has_the_exact_sum(
    accounts: Accounts, together: Together
) -> None:
    """Each of 32 times 8 additions is in the sum, and each answered a balance of its own."""
    (a,) = accounts(0)

    def work() -> list[int]:
        return [txn.execute(add(a, 1)).answer for _ in range(8)]

    with commits() as done:
        results = together([work] * THREADS)
    answers = sorted(answer for result in results for answer in result)
    assert answers == list(range(1, 8 * THREADS + 1))
    assert balances() == [8 * THREADS]
    assert len(done) <= 8 * THREADS


def test_a_hot_pair_in_both_directions_keeps_its_total(
    accounts: Accounts, keys: Keys, together: Together
) -> None:
    """32 threads move to and fro under keys of their own: no error, no coin lost."""
    a, b = accounts(1000, 1000)
    made = [[keys() for _ in range(6)] for _ in range(THREADS)]

    def work(pair: tuple[int, int], own: list[txn.Key]) -> list[txn.Outcome]:
        return [txn.execute(move(*pair, 1, key)) for key in own]

    pairs = [(a, b), (b, a)] * (THREADS // 2)
    results = together([partial(work, *of) for of in zip(pairs, made, strict=True)])
    assert [one for one in results if isinstance(one, Exception)] == []
    assert [outcome.replayed for result in results for outcome in result] == [False] * 6 * THREADS
    assert (balances(), Note.objects.count()) == ([1000, 1000], 6 * THREADS)
    assert Receipt.objects.count() == 6 * THREADS


def test_the_same_key_from_many_threads_has_one_effect(
    accounts: Accounts, keys: Keys, together: Together
) -> None:
    """One did it, the others were told again, in whichever transactions they came to be."""
    a, b = accounts(1000, 0)
    unit = move(a, b, 3, keys())
    outcomes = together([partial(txn.execute, unit)] * THREADS)
    answer = {"source": 997, "target": 3}
    assert sorted(outcomes, key=lambda outcome: outcome.replayed) == [
        txn.Outcome(answer),
        *[txn.Outcome(answer, replayed=True)] * (THREADS - 1),
    ]
    assert (balances(), Note.objects.count(), Receipt.objects.count()) == ([997, 3], 1, 1)


def test_rows_that_many_make_at_once_are_made_once(committed: None, together: Together) -> None:
    """Four names, eight threads each: four rows, and every id is that of the row with the name."""
    names = [f"new-{place % 4}" for place in range(THREADS)]
    outcomes = together([partial(txn.execute, get_or_create(name, 1)) for name in names])
    stored = dict(Account.objects.values_list("name", "pk"))
    told = [outcome.answer["id"] for outcome in outcomes]
    assert told == [stored[name] for name in names]
    assert [outcome.answer["made"] for outcome in outcomes].count(True) == len(stored) == 4
    assert balances() == [8] * 4


def test_bulk_inserts_beside_each_other_know_each_their_ids(
    committed: None, together: Together
) -> None:
    """However they were grouped, each id answered is that of the row with the name."""
    batches = [[f"{batch}-{place}" for place in range(50)] for batch in range(16)]
    outcomes = together([partial(txn.execute, open_many(names)) for names in batches])
    answered = {
        pk: name
        for outcome, names in zip(outcomes, batches, strict=True)
        for pk, name in zip(outcome.answer, names, strict=True)
    }
    assert dict(Account.objects.values_list("pk", "name")) == answered


def test_the_groups_of_two_committers_on_one_hot_row_have_the_exact_sum(
    accounts: Accounts, together: Together
) -> None:
    """As of two processes: each has its thread and its queue, and neither loses an update."""
    a, b = accounts(0, 0)
    both = [Committer("default"), Committer("default")]

    def work(one: Committer, place: int) -> None:
        # Whichever row they name first, a group locks them in one order.
        pair = (a, b) if place % 2 else (b, a)
        for unit in (move(*pair, 0), add(a, 1), add(b, 1), move(*pair, 0), add(b, 1)):
            one.execute(unit, QUICK)

    with commits() as done:
        results = together([partial(work, both[n % 2], n) for n in range(THREADS)])
    for one in both:
        one.stop()
    assert results == [None] * THREADS
    assert (balances(), Note.objects.count()) == ([THREADS, 2 * THREADS], 2 * THREADS)
    assert len(done) <= 5 * THREADS


def test_a_committer_stopped_under_load_loses_nothing_that_it_told(
    accounts: Accounts, together: Together
) -> None:
    """What was told done is in the sum; the others were told that nothing happened."""
    (a,) = accounts(0)
    committer("default")
    started = threading.Barrier(THREADS + 1)

    def work() -> list[Any]:
        started.wait(PATIENCE_S)
        answers: list[Any] = []
        with contextlib.suppress(txn.TooMuchWaiting):
            while len(answers) < MANY:
                answers.append(txn.execute(add(a, 1)).answer)
        return answers

    def stop() -> list[Any]:
        started.wait(PATIENCE_S)
        txn.stop_committers()
        return []

    results = together([*[work] * THREADS, stop])
    done = sorted(answer for result in results for answer in result)
    assert done == list(range(1, balances()[0] + 1))
    assert len(done) < MANY * THREADS
