"""The committer's queue, made to fill at a given moment: hooks, never a clock."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.toy.rivals import PATIENCE_S
from tradepost import txn
from tradepost.txn.committer import Committer, QueuedUnit, committer

THREAD = "committer of default"


class Told:
    """Is notified of what the committer settled, and waits for it."""

    def __init__(self) -> None:
        self.calls: list[list[Any]] = []
        self.settled: list[QueuedUnit] = []
        self._changed = threading.Condition()

    def __call__(self, settled: Sequence[QueuedUnit]) -> None:
        with self._changed:
            self.calls.append([waiting.ticket for waiting in settled])
            self.settled += settled
            self._changed.notify_all()

    def wait(self, count: int, patience_s: float = PATIENCE_S) -> list[QueuedUnit]:
        """Return what was settled, once it is so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.settled) >= count, patience_s)
            return list(self.settled)

    def submit(self, *units: txn.Unit) -> None:
        """Queue units, with their places for tickets."""
        for place, unit in enumerate(units):
            txn.submit(unit, self, ticket=place)

    def results(self, count: int) -> list[Any]:
        """Return what became of so many units."""
        return [waiting.result for waiting in self.wait(count)]


class Callers:
    """Threads that execute units, each known to be in the queue before the next one starts."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._queued = threading.Semaphore(0)

    def note(self) -> None:
        """Note that a unit was put into the queue."""
        self._queued.release()

    def execute(self, *units: txn.Unit, **options: Any) -> list[Future[txn.Outcome]]:
        """Execute each in a thread of its own, queued in this order."""
        futures = []
        for unit in units:
            futures.append(self._pool.submit(self._run, unit, **options))
            assert self._queued.acquire(timeout=PATIENCE_S)
        return futures

    def _run(self, unit: txn.Unit, **options: Any) -> txn.Outcome:
        try:
            return txn.execute(unit, **options)
        finally:
            connections.close_all()


@contextlib.contextmanager
def callers(count: int = 64) -> Iterator[Callers]:
    """Have threads for units that are going to wait."""
    push = Committer._push
    with ThreadPoolExecutor(count) as pool, pytest.MonkeyPatch.context() as patch:
        made = Callers(pool)

        def noting(self: Committer, waiting: Sequence[QueuedUnit]) -> int:
            count = push(self, waiting)
            for _ in range(count):
                made.note()
            return count

        patch.setattr(Committer, "_push", noting)
        yield made


@contextlib.contextmanager
def held_commits() -> Iterator[Callable[[], None]]:
    """Hold the committer's commits; yields what lets them go, once one has come so far."""
    come, released = threading.Event(), threading.Event()
    commit = BaseDatabaseWrapper.commit

    def hold(wrapper: BaseDatabaseWrapper) -> None:
        if threading.current_thread().name == THREAD:
            come.set()
            assert released.wait(PATIENCE_S)
        commit(wrapper)

    def wait() -> None:
        assert come.wait(PATIENCE_S)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "commit", hold)
        try:
            yield wait
        finally:
            released.set()


def threads() -> list[threading.Thread]:
    """List the committer's threads in this process."""
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


def stopping() -> threading.Thread:
    """Stop the committers in a thread of its own, which is returned once it has begun to."""
    one = committer("default")
    thread = threading.Thread(target=txn.stop_committers)
    thread.start()
    with one._changed:
        assert one._changed.wait_for(lambda: one._stopping, PATIENCE_S)
    return thread
