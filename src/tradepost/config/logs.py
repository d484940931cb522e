"""The log: one line for every request, and the request ID on every line."""

import contextvars
import logging
import random
import re
import time

from django.utils.encoding import escape_uri_path

logger = logging.getLogger("tradepost.request")
request_id_now: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
# An API key's secret, and a link to set a new password.
SECRETS = re.compile(r"(tp_[\w-]{8})[\w-]+|(password/reset/key/)[^\s/]+")
SECRET_MARKS = ("tp_", "reset/key/")
# What a caller may use as a request ID: anything else could forge lines in the log.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class LineFormatter(logging.Formatter):
    """Formats a line with the request ID."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Format a record with its traceback, if any, and without secrets."""
        record.request_id = request_id_now.get()
        line = super().format(record)
        if any(sign in line for sign in SECRET_MARKS):
            line = SECRETS.sub(r"\1\2…", line)
        return line


def begin_request(given: str | None) -> str:
    """Set and return the ID of this context's request: the caller's own, or a new one."""
    own = given if given and GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
    request_id_now.set(own)
    return own


def end_request() -> None:
    """Clear the request ID of this context."""
    request_id_now.set("-")


def log_request(method: str | None, path: str, status: int, started: float) -> None:
    """Log a request that was answered.

    Args:
        path: Decoded, so it may hold a line break.
        started: The value of `time.perf_counter` when the request came.
    """
    took_ms = (time.perf_counter() - started) * 1000
    logger.info("%s %s %d %.1fms", method, escape_uri_path(path), status, took_ms)
