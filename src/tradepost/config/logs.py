"""The log: a request's id on every line, and one line for every request."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import random
import re
import time
from collections.abc import Iterator

from django.utils.encoding import escape_uri_path

logger = logging.getLogger("tradepost.request")
request_id_now: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
# What a caller may give as its own id: anything else could forge lines in the log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


# Nobody's format has them here, and each costs time on every line
# (docs.python.org/3/howto/logging.html#optimization).
logging.logThreads = logging.logMultiprocessing = logging.logProcesses = False


class LineFormatter(logging.Formatter):
    """Writes a line with the request's id; makes the text of a second once."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s")
        self._second = (0, "")

    def formatTime(self, record: logging.LogRecord, _format: str | None = None) -> str:  # noqa: N802
        """Write a record's time, to the millisecond."""
        second, text = self._second
        if second != int(record.created):
            second = int(record.created)
            text = super().formatTime(record, "%Y-%m-%d %H:%M:%S")
            self._second = (second, text)
        return f"{text},{int(record.msecs):03d}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Write a record's line."""
        record.request_id = request_id_now.get()
        return super().formatMessage(record)


@contextlib.contextmanager
def request_id(given: str | None) -> Iterator[str]:
    """Put one id on every line that is logged in the block: the caller's own, or a new one."""
    own = given if given and GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
    token = request_id_now.set(own)
    try:
        yield own
    finally:
        request_id_now.reset(token)


def tell_request(method: str | None, path: str, status: int, started: float) -> None:
    """Log a request that was answered.

    Args:
        path: Decoded; it could hold a line break.
        started: On the performance counter.
    """
    took_ms = (time.perf_counter() - started) * 1000
    logger.info("%s %s %d %.1fms", method, escape_uri_path(path), status, took_ms)
