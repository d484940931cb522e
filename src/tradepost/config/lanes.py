"""Lanes: a thread pool for each kind of work, so that no kind has to wait for another."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

# How long work may wait for a thread before it is refused, in seconds.
WAIT_S = 10.0

P = ParamSpec("P")
T = TypeVar("T")


class LaneFull(Exception):
    """The queue is full, or the work waited too long for a thread; nothing was done."""


class Lane:
    """A fixed number of threads, and a queue of limited length in front of them.

    Each thread keeps its database connection, so the number of connections is bounded too.

    Args:
        threads: How many pieces of work run at once.
        waiting_max: How many may wait for a thread.
    """

    def __init__(self, name: str, *, threads: int, waiting_max: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + waiting_max)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work in a thread, in the caller's context, and return its result.

        Raises:
            LaneFull: The queue is full, or no thread was free within `WAIT_S`; nothing was done.
        """
        if not self._places.acquire(blocking=False):
            raise LaneFull
        run = contextvars.copy_context().run
        future: Future[T] = self.pool.submit(lambda: run(work, *args, **kwargs))
        future.add_done_callback(lambda _: self._places.release())
        # Work that has begun cannot be cancelled.
        late = asyncio.get_running_loop().call_later(WAIT_S, future.cancel)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError as error:
            if future.cancelled() and not _is_cancelled():
                raise LaneFull from error
            raise
        finally:
            late.cancel()

    def stop(self) -> None:
        """Finish the accepted work, then end the threads."""
        self.pool.shutdown()


def _is_cancelled() -> bool:
    """Return whether this task is to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
