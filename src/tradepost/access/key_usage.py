"""Stores when API keys were last used, in the background, so that no request waits for it."""

import datetime as dt
import logging
import threading

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tradepost.access.models import ApiKey

NOTED_EVERY = dt.timedelta(minutes=1)
# The use of more keys than that is not noted until a minute later.
PENDING_MAX = 1000
STOP_S = 10.0
logger = logging.getLogger(__name__)


class UsageWriter:
    """Writes the last use of keys from one thread, which starts when first needed."""

    def __init__(self) -> None:
        self._pending: dict[int, dt.datetime] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def note(self, key_id: int) -> None:
        with self._changed:
            if len(self._pending) >= PENDING_MAX:
                return
            self._pending[key_id] = timezone.now()
            # After a fork the parent's thread is not alive.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="key-usage", daemon=True)
                self._thread.start()
            self._changed.notify()

    def stop(self) -> None:
        """Write what is pending, and end the thread."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._stopping = True
            self._changed.notify()
        if thread is not None:
            thread.join(STOP_S)
        self._stopping = False

    def _run(self) -> None:
        while pending := self._next():
            try:
                for key_id, used_at in pending.items():
                    _write(key_id, used_at)
            except Exception:
                # It is tried again a minute later; requests do not depend on it.
                logger.warning("the last use of API keys could not be noted", exc_info=True)
            finally:
                # The next write is a minute away or more.
                connection.close()

    def _next(self) -> dict[int, dt.datetime]:
        """Wait for keys to write; return none when the writer stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._stopping)
            pending, self._pending = self._pending, {}
            return pending


def _write(key_id: int, used_at: dt.datetime) -> None:
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=used_at - NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key_id).update(last_used_at=used_at)


_writer = UsageWriter()


def note(key_id: int, last_used_at: dt.datetime | None) -> None:
    """Note in the background that a key is used now, unless that is known to the minute."""
    if last_used_at is None or last_used_at < timezone.now() - NOTED_EVERY:
        _writer.note(key_id)


def stop() -> None:
    """Write what is pending; called before the process ends."""
    _writer.stop()
