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
# What lets somebody in: a key's secret, and a link to set a new password.
SECRETS = re.compile(r"(tp_[\w-]{8})[\w-]+|(password/reset/key/)[^\s/]+")
SIGNS_OF_SECRETS = ("tp_", "reset/key/")
# What a caller may give as its own id: anything else could forge lines in the log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class LineFormatter(logging.Formatter):
    """Writes a line with the request's id."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, with the traceback that it may have, and without a secret."""
        record.request_id = request_id_now.get()
        line = super().format(record)
        if any(sign in line for sign in SIGNS_OF_SECRETS):
            line = SECRETS.sub(r"\1\2…", line)
        return line


def begin_request(given: str | None) -> str:
    """Give the request in this context an id: the caller's own, or a new one."""
    own = given if given and GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
    request_id_now.set(own)
    return own


def end_request() -> None:
    """Let what follows in this context be no request's."""
    request_id_now.set("-")


def log_request(method: str | None, path: str, status: int, started: float) -> None:
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
