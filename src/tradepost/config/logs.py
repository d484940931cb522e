"""The log: a request's id on every line, and one line for every request."""

from __future__ import annotations

import contextvars
import functools
import logging
import random
import re
import time

from django.utils.encoding import escape_uri_path

logger = logging.getLogger("tradepost.request")
request_id_now: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
# What a caller may give as its own id: anything else could forge lines in the log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


# No format here tells where a line was logged, and to find out costs time on every line
# (docs.python.org/3/howto/logging.html#optimization).
logging._srcfile = None  # noqa: SLF001


class LineFormatter(logging.Formatter):
    """Writes a line with the request's id.

    By itself, and the text of a second once: the standard library's takes three times as long,
    for every request.
    """

    _second = (0, "")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, with the traceback that it may have."""
        second, text = self._second
        if second != int(record.created):
            second = int(record.created)
            text = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
            self._second = (second, text)
        line = (
            f"{text},{int(record.msecs):03d} {record.levelname} {request_id_now.get()}"
            f" {record.name}: {record.getMessage()}"
        )
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


def begin_request(given: str | None) -> str:
    """Give the request in this context an id: the caller's own, or a new one."""
    own = given if given and GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
    request_id_now.set(own)
    return own


def end_request() -> None:
    """Let what follows in this context be no request's."""
    request_id_now.set("-")


def tell_request(method: str | None, path: str, status: int, started: float) -> None:
    """Log a request that was answered.

    Args:
        path: Decoded; it could hold a line break.
        started: On the performance counter.
    """
    took_ms = (time.perf_counter() - started) * 1000
    logger.info("%s %s %d %.1fms", method, _escaped(path), status, took_ms)


@functools.lru_cache
def _escaped(path: str) -> str:
    return escape_uri_path(path)
