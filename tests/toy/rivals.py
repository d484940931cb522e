"""Others who work at the same time, made to act at a given moment: events, never a clock."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connections

from tradepost import txn
from tradepost.engines import ErrorClass

# Only a test that hangs gets as far as this.
PATIENCE_S = 60
# Tries again at once, and for longer than any test runs.
QUICK = txn.RetryPolicy(
    deadline_s=PATIENCE_S, conflict_base_s=0.001, outage_base_s=0.001, outage_cap_s=0.05
)
# Tries once.
ONCE = txn.RetryPolicy(deadline_s=0)

Call = Callable[[], Any]
Execute = Callable[[txn.Unit], txn.Outcome]


def elsewhere(call: Call) -> Any:
    """Run a call to its end on another connection; an error is its result."""

    def run() -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(PATIENCE_S)


class Holder:
    """A unit in another thread that has its locks, and waits before it decides."""

    def __init__(self, unit: txn.Unit, execute: Execute) -> None:
        self._unit = unit
        self._execute = execute
        self._locked = threading.Event()
        self._released = threading.Event()
        self._result: Future[txn.Outcome] = Future()

    def release(self) -> None:
        """Let it decide and commit, now or soon."""
        self._released.set()

    def outcome(self) -> txn.Outcome:
        """Let it decide and commit, and wait until it has."""
        self.release()
        return self._result.result(PATIENCE_S)

    def _decide(self, rows: txn.Rows) -> txn.Changes:
        self._locked.set()
        assert self._released.wait(PATIENCE_S)
        return self._unit.decide(rows)

    def _run(self) -> None:
        try:
            unit = dataclasses.replace(self._unit, decide=self._decide)
            self._result.set_result(self._execute(unit))
        except BaseException as error:
            self._result.set_exception(error)
        finally:
            self._locked.set()
            connections.close_all()

    @classmethod
    @contextlib.contextmanager
    def of(cls, unit: txn.Unit, execute: Execute = txn.execute) -> Iterator[Holder]:
        """Hold a unit's locks inside the block; it commits at its end at the latest."""
        holder = cls(unit, execute)
        thread = threading.Thread(target=holder._run)
        thread.start()
        try:
            assert holder._locked.wait(PATIENCE_S)
            yield holder
        finally:
            holder.release()
            thread.join(PATIENCE_S)


class Midway:
    """A unit with something that happens once, between its first decision and its writing.

    Attributes:
        unit: What to execute.
        decisions: How often it decided.
        result: What the call answered.
    """

    def __init__(self, unit: txn.Unit, call: Call) -> None:
        self.unit = dataclasses.replace(unit, decide=self._decide)
        self.decisions = 0
        self.result: Any = None
        self._inner = unit.decide
        self._call = call

    def _decide(self, rows: txn.Rows) -> txn.Changes:
        self.decisions += 1
        changes = self._inner(rows)
        if self.decisions == 1:
            self.result = elsewhere(self._call)
        return changes


@dataclasses.dataclass(frozen=True, kw_only=True)
class Watched(txn.RetryPolicy):
    """Tries again as others do, and keeps what the tries ended in."""

    seen: list[ErrorClass] = dataclasses.field(default_factory=list)

    def longest_wait_s(self, error_class: ErrorClass, tries: int) -> float:
        """Return what the policy says."""
        self.seen.append(error_class)
        return super().longest_wait_s(error_class, tries)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Meanwhile(txn.RetryPolicy):
    """Tries again at once, after something happened elsewhere."""

    call: Call

    def longest_wait_s(self, error_class: ErrorClass, tries: int) -> float:
        """Do not wait, but let it happen."""
        result = elsewhere(self.call)
        assert not isinstance(result, Exception), result
        return 0
