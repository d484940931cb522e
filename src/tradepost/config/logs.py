"""The request's id, on every log line."""

from __future__ import annotations

import contextvars
import logging

request_id_now: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts the request's id on every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add ``request_id`` to the record."""
        record.request_id = request_id_now.get()
        return True
