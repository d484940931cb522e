"""The one writer of a process: what waits while it commits is its next group.

No waiting is added. A unit that comes while nobody commits runs at once, alone; a group is what
queued up meanwhile.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connections
from django.db.utils import Error

from tradepost.engines import engine_of
from tradepost.errors import Unavailable
from tradepost.txn import direct, group
from tradepost.txn.errors import OutcomeUnknown, TooMuchWaiting
from tradepost.txn.retry import RetryPolicy
from tradepost.txn.settlement import Alone, Result
from tradepost.txn.unit import Outcome, Unit

logger = logging.getLogger(__name__)

# How many units one transaction takes: those behind them wait for it.
GROUP_MAX = 256
# How many rows they may name together; one that names more has a transaction of its own.
GROUP_LOCKS_MAX = 1024
# How many may wait; the next is told to come back.
QUEUE_MAX = 10_000
# How long a group waits for a lock, or for a lone unit in front of it, before it goes on without.
PATIENCE_S = 1.0

Notify = Callable[[Sequence["Waiting"]], None]


@dataclass(slots=True, eq=False)
class Waiting:
    """A unit in the queue.

    Attributes:
        notify: Called when it is settled, in the committer's thread, with all that were settled
            at once and have the same; it executes no unit itself.
        ticket: The caller's own mark.
        ends: When its deadline is, on the monotonic clock.
        result: What became of it.
    """

    unit: Unit[Any]
    policy: RetryPolicy
    notify: Notify
    ticket: Any
    ends: float = field(init=False)
    result: Result = field(default_factory=Alone)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.policy.deadline_s


class Committer:
    """Takes units, and commits those that wait together."""

    def __init__(self, using: str) -> None:
        self.using = using
        self._queue: deque[Waiting] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._lone = False
        self._committing = False
        self._stopping = False
        # The driver's connection whose waits are short.
        self._shortened: object = None

    def execute(self, unit: Unit[Any], policy: RetryPolicy) -> Outcome[Any]:
        """Run a unit to its end: at once where nobody commits, else with the next group."""
        with self._changed:
            lone = not (self._queue or self._lone or self._committing or self._stopping)
            self._lone = self._lone or lone
        if not lone:
            (waiting,) = self.settle([unit], policy)
            return self.conclude(waiting)
        try:
            return direct.execute(unit, policy=policy, using=self.using)
        finally:
            with self._changed:
                self._lone = False
                self._changed.notify()

    def settle(self, units: Sequence[Unit[Any]], policy: RetryPolicy) -> list[Waiting]:
        """Queue units one behind the other, and return them when all are settled."""
        settled = threading.Semaphore(0)
        waiting = [Waiting(unit, policy, _wake, settled) for unit in units]
        for _ in range(self._push(waiting)):
            settled.acquire()
        return waiting

    def submit(self, unit: Unit[Any], policy: RetryPolicy, notify: Notify, ticket: Any) -> None:
        """Queue a unit and return.

        Raises:
            TooMuchWaiting: The queue is full, or the committer was stopped.
        """
        if not self._push([Waiting(unit, policy, notify, ticket)]):
            raise TooMuchWaiting

    def conclude(self, waiting: Waiting) -> Outcome[Any]:
        """Return or raise what became of a unit; one that was left to itself runs now.

        One that is out of time does not: where the database is away, each try of the many that
        were left together would wait for a connection.
        """
        result = waiting.result
        if isinstance(result, Alone):
            left_s = waiting.ends - time.monotonic()
            if left_s <= 0:
                raise OutcomeUnknown if result.in_doubt else TooMuchWaiting
            return direct.execute(
                waiting.unit,
                policy=replace(waiting.policy, deadline_s=left_s),
                using=self.using,
                in_doubt=result.in_doubt,
            )
        if isinstance(result, Exception):
            raise result
        return result

    def stop(self) -> None:
        """Take no more units, and return when those that were taken are settled."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join()

    def _push(self, waiting: Sequence[Waiting]) -> int:
        """Queue as many as there is room for, and return how many; the rest are told so."""
        with self._changed:
            room = 0 if self._stopping else QUEUE_MAX - len(self._queue)
            taken = waiting[:room]
            for refused in waiting[room:]:
                refused.result = TooMuchWaiting()
            self._queue.extend(taken)
            if taken and self._thread is None:
                # Not before the first unit that waits: a process that forks has none yet.
                self._thread = threading.Thread(
                    target=self._commit, name=f"committer of {self.using}", daemon=True
                )
                self._thread.start()
            self._changed.notify()
        return len(taken)

    def _commit(self) -> None:
        """Commit group after group, in the committer's own thread."""
        try:
            while taken := self._take():
                self._settle(taken)
        finally:
            connections[self.using].close()

    def _take(self) -> list[Waiting]:
        """Wait for units; return the next group, or none when there will be no more."""
        with self._changed:
            self._committing = False
            self._changed.wait_for(lambda: self._queue or self._stopping)
            # One that is stuck in front does not stop the rest.
            self._changed.wait_for(lambda: not self._lone, timeout=PATIENCE_S)
            self._committing = True
            return self._next_group()

    def _next_group(self) -> list[Waiting]:
        taken: list[Waiting] = []
        locks = 0
        while self._queue and len(taken) < GROUP_MAX:
            locks += len(self._queue[0].unit.locks)
            if taken and locks > GROUP_LOCKS_MAX:
                break
            taken.append(self._queue.popleft())
        return taken

    def _settle(self, taken: Sequence[Waiting]) -> None:
        try:
            self._shorten_waits()
            self._run(taken)
        except BaseException:
            # Whatever it was, an exit raised by a decision included: nobody waits for ever.
            logger.exception("a group of %d was left to itself", len(taken))
        by_caller: dict[Notify, list[Waiting]] = {}
        for waiting in taken:
            by_caller.setdefault(waiting.notify, []).append(waiting)
        for notify, settled in by_caller.items():
            try:
                notify(settled)
            except Exception:
                logger.exception("%d settled units could not be told", len(settled))

    def _run(self, taken: Sequence[Waiting]) -> None:
        now = time.monotonic()
        late = [waiting for waiting in taken if waiting.ends <= now]
        for waiting in late:
            waiting.result = TooMuchWaiting()
        open_ = [waiting for waiting in taken if waiting.ends > now]
        if len(open_) == 1:
            open_[0].result = self._run_lone(open_[0].unit)
        elif open_:
            results = group.execute([waiting.unit for waiting in open_], using=self.using)
            for waiting, result in zip(open_, results, strict=True):
                waiting.result = result

    def _shorten_waits(self) -> None:
        """Let the session wait for locks no longer than the others have patience."""
        connection = connections[self.using]
        # Where it cannot be reached, what is to run next tells it.
        with contextlib.suppress(Error):
            connection.ensure_connection()
            if connection.connection is not self._shortened:
                with connection.cursor() as cursor:
                    cursor.execute(engine_of(connection).lock_wait.statement(PATIENCE_S))
                self._shortened = connection.connection

    def _run_lone(self, unit: Unit[Any]) -> Result:
        try:
            return direct.execute(unit, policy=group.POLICY, using=self.using)
        except OutcomeUnknown as error:
            return Alone(in_doubt=True) if unit.key else error
        except Unavailable:
            return Alone()
        except Exception as error:  # noqa: BLE001 - the caller gets it as it is
            return error


def _wake(settled: Sequence[Waiting]) -> None:
    """Release the lock that each caller waits for."""
    for waiting in settled:
        waiting.ticket.release()


_committers: dict[str, Committer] = {}


def committer(using: str) -> Committer:
    """Return this process's committer for a database."""
    found = _committers.get(using)
    return found or _committers.setdefault(using, Committer(using))


def stop_committers() -> None:
    """Let every committer finish what it took, and refuse the rest."""
    for using in connections:
        committer(using).stop()


def forget_committers() -> None:
    """Begin anew."""
    _committers.clear()


# A child process has none of its parent's threads.
os.register_at_fork(after_in_child=forget_committers)
