"""Group commit: one committer per process; units that wait for it form the next group.

No delay is added to form a group. A unit that arrives while nothing is being committed runs at
once, in its caller's thread. Units that arrive meanwhile become the next group.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connections

from tradepost.txn.apply import Result
from tradepost.txn.errors import OutcomeUnknown, TooMuchWaiting
from tradepost.txn.failure import RunSeparately
from tradepost.txn.group import execute_alone, execute_group
from tradepost.txn.retry import RetryPolicy
from tradepost.txn.unit import Outcome, RowLock, Unit

logger = logging.getLogger(__name__)

# The most units in one transaction. The units behind them wait for it.
GROUP_MAX = 256
# The most row locks in one transaction. A unit with more gets its own transaction.
GROUP_LOCKS_MAX = 1024
# The most units in the queue. More are refused.
QUEUE_MAX = 10_000
# How long a group waits for a unit that runs in its caller's thread. Most take a millisecond, and a
# group that did not wait might be blocked by their locks.
LONE_WAIT_S = 0.05
# How long groups avoid a row that another transaction had locked; units on it run separately.
BLOCKED_S = 1.0

Notify = Callable[[Sequence["QueuedUnit"]], None]


@dataclass(slots=True, eq=False)
class QueuedUnit:
    """A unit in the queue.

    Attributes:
        notify: Called in the committer's thread when there is a result, with all units of the group
            that have the same callback. It must not execute a unit.
        ticket: Anything the caller uses to identify the unit.
        ends: Its deadline, on the monotonic clock.
        result: Its outcome or error, or `RunSeparately`.
    """

    unit: Unit[Any]
    policy: RetryPolicy
    notify: Notify
    ticket: Any
    ends: float = field(init=False)
    result: Result = field(default_factory=RunSeparately)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.policy.deadline_s


class Committer:
    """Queues units, and commits those that wait at the same time together."""

    def __init__(self, using: str) -> None:
        self.using = using
        self._queue: deque[QueuedUnit] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        # The unit that runs in its caller's thread, while the next group waits for it.
        self._lone: Unit[Any] | None = None
        self._committing = False
        self._stopping = False
        # Rows that another transaction has locked, and until when to avoid them.
        self._blocked: dict[RowLock[Any], float] = {}

    def execute(self, unit: Unit[Any], policy: RetryPolicy) -> Outcome[Any]:
        """Run a unit and return its outcome: at once if nothing is waiting, else in a group."""
        with self._changed:
            is_busy = self._queue or self._lone or self._committing or self._stopping
            if not is_busy:
                self._lone = unit
        if is_busy:
            [queued] = self.run_all([unit], policy)
            return self.conclude(queued)
        try:
            return execute_alone(unit, policy=policy, using=self.using)
        finally:
            with self._changed:
                if self._lone is unit:
                    self._lone = None
                    self._changed.notify()

    def run_all(self, units: Sequence[Unit[Any]], policy: RetryPolicy) -> list[QueuedUnit]:
        """Queue units in order, and return them when all have a result."""
        done = threading.Semaphore(0)
        queued = [QueuedUnit(unit, policy, _wake, done) for unit in units]
        for _ in range(self._push(queued)):
            done.acquire()
        return queued

    def submit(self, unit: Unit[Any], policy: RetryPolicy, notify: Notify, ticket: Any) -> None:
        """Queue a unit and return.

        Raises:
            TooMuchWaiting: The queue is full, or the committer was stopped.
        """
        if not self._push([QueuedUnit(unit, policy, notify, ticket)]):
            raise TooMuchWaiting

    def conclude(self, queued: QueuedUnit) -> Outcome[Any]:
        """Return or raise a unit's result; run it now if it must run separately.

        After its deadline it does not run: while the database is down, each of many units would
        wait for a connection.
        """
        result = queued.result
        if isinstance(result, RunSeparately):
            left_s = queued.ends - time.monotonic()
            if left_s <= 0:
                raise OutcomeUnknown if result.in_doubt else TooMuchWaiting
            return execute_alone(
                queued.unit,
                policy=replace(queued.policy, deadline_s=left_s),
                using=self.using,
                in_doubt=result.in_doubt,
            )
        if isinstance(result, Exception):
            raise result
        return result

    def stop(self) -> None:
        """Accept no more units, and return when all accepted ones have a result."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join()

    def _push(self, queued: Sequence[QueuedUnit]) -> int:
        """Queue as many as there is room for, refuse the rest, and return how many fit."""
        with self._changed:
            room = 0 if self._stopping else QUEUE_MAX - len(self._queue)
            taken = queued[:room]
            for refused in queued[room:]:
                refused.result = TooMuchWaiting()
            self._queue.extend(taken)
            if taken and self._thread is None:
                # Started by the first queued unit, because threads do not survive a fork.
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
                self._run_and_notify(taken)
        finally:
            connections[self.using].close()

    def _take(self) -> list[QueuedUnit]:
        """Wait for units, and return the next group; an empty one after the last."""
        with self._changed:
            self._committing = False
            self._changed.wait_for(lambda: self._queue or self._stopping)
            if not self._changed.wait_for(lambda: self._lone is None, timeout=LONE_WAIT_S):
                # The unit is stuck, so no other group waits for it.
                self._lone = None
            self._committing = True
            return self._next_group()

    def _next_group(self) -> list[QueuedUnit]:
        taken: list[QueuedUnit] = []
        locks = 0
        while self._queue and len(taken) < GROUP_MAX:
            locks += len(self._queue[0].unit.locks)
            if taken and locks > GROUP_LOCKS_MAX:
                break
            taken.append(self._queue.popleft())
        return taken

    def _run_and_notify(self, taken: Sequence[QueuedUnit]) -> None:
        try:
            self._run(taken)
        except BaseException:
            # Catches SystemExit from a decision, too: otherwise the callers would wait forever.
            logger.exception("a group of %d failed; its units run separately", len(taken))
        by_caller: dict[Notify, list[QueuedUnit]] = {}
        for queued in taken:
            by_caller.setdefault(queued.notify, []).append(queued)
        for notify, done in by_caller.items():
            try:
                notify(done)
            except Exception:
                logger.exception("notifying the caller of %d units failed", len(done))

    def _run(self, taken: Sequence[QueuedUnit]) -> None:
        now = time.monotonic()
        self._blocked = {lock: until for lock, until in self._blocked.items() if until > now}
        group: list[QueuedUnit] = []
        for queued in taken:
            if queued.ends <= now:
                queued.result = TooMuchWaiting()
            elif not (self._blocked and self._is_blocked(queued.unit)):
                group.append(queued)
        if not group:
            return
        results = execute_group([queued.unit for queued in group], using=self.using)
        until = time.monotonic() + BLOCKED_S
        for queued, result in zip(group, results, strict=True):
            queued.result = result
            if isinstance(result, RunSeparately):
                self._blocked |= dict.fromkeys(result.blocked, until)

    def _is_blocked(self, unit: Unit[Any]) -> bool:
        return any(lock in self._blocked for lock in unit.locks)


def _wake(done: Sequence[QueuedUnit]) -> None:
    """Release the semaphore that each caller waits for."""
    for queued in done:
        queued.ticket.release()


_committers: dict[str, Committer] = {}


def committer(using: str) -> Committer:
    """Return this process's committer for a database."""
    found = _committers.get(using)
    return found or _committers.setdefault(using, Committer(using))


def stop_committers() -> None:
    """Let every committer finish the units it accepted, and refuse new ones."""
    for using in connections:
        committer(using).stop()


def forget_committers() -> None:
    """Forget every committer, because a new process has none."""
    _committers.clear()


# A child process has none of its parent's threads.
os.register_at_fork(after_in_child=forget_committers)
