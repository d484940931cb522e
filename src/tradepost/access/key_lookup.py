"""Finds the caller whose API key has a secret, and enforces the key's rate limit."""

import datetime as dt
import math
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from tradepost.access import key_usage
from tradepost.access.caller import Caller, for_key
from tradepost.access.errors import KeyRefused, QuotaExceeded
from tradepost.access.keys import digest_of
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right

# How long a cached API key is trusted, in seconds. A revoked key may work for that long.
TRUSTED_S = 1.0
CACHED_MAX = 1000


class LookupNeeded(Exception):
    """The key is not in the cache, or no longer trusted."""


@dataclass(slots=True)
class CachedKey:
    """An API key, as this process last saw it.

    Attributes:
        trusted_until: On the monotonic clock; it is looked up again then.
        next_use_at: On the monotonic clock: when the next use is due at the rate limit.
        noted_at: On the monotonic clock: when this process last noted a use.
    """

    caller: Caller
    limit_per_minute: int | None
    expires_at: dt.datetime | None
    trusted_until: float
    next_use_at: float = 0.0
    noted_at: float = -math.inf

    def use(self) -> Caller:
        """Return the caller, and count one use.

        This is the generic cell rate algorithm: a minute's uses may come at once, and each is
        available again after its share of a minute. Each process allows its share of the limit.

        Raises:
            KeyRefused: The key has expired.
            QuotaExceeded: It was used too often.
        """
        if self.expires_at is not None and self.expires_at <= timezone.now():
            raise KeyRefused
        if self.limit_per_minute is not None:
            self._count(self.limit_per_minute)
        return self.caller

    def _count(self, limit_per_minute: int) -> None:
        seconds = 60 / max(1, limit_per_minute // settings.WORKERS)
        with _lock:
            now = time.monotonic()
            due = max(self.next_use_at, now)
            wait_s = due + seconds - now - 60
            # Rounding errors of floats are no reason to refuse.
            if wait_s > 1e-6:
                raise QuotaExceeded(limit=limit_per_minute, retry_after_s=math.ceil(wait_s))
            self.next_use_at = due + seconds


_cached: dict[str, CachedKey] = {}
_lock = threading.Lock()


def identify(secret: str) -> Caller:
    """Return the caller whose key has a secret, and count the use; never writes.

    Raises:
        KeyRefused: No key has it, or the key is expired or revoked.
        QuotaExceeded: The key was used too often.
        DatabaseError: The database cannot be read.
    """
    try:
        return identify_cached(secret)
    except LookupNeeded:
        return _look_up(digest_of(secret)).use()


def identify_cached(secret: str) -> Caller:
    """Return the caller as `identify` does, without reading the database.

    Raises:
        LookupNeeded: The key has to be looked up.
    """
    cached = _cached.get(digest_of(secret))
    if cached is None or cached.trusted_until < time.monotonic():
        raise LookupNeeded
    return cached.use()


def forget() -> None:
    """Empty the cache."""
    _cached.clear()


def _look_up(digest: str) -> CachedKey:
    key = ApiKey.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if key is None:
        _cached.pop(digest, None)
        raise KeyRefused
    now = time.monotonic()
    cached = CachedKey(
        caller=for_key(key.name, frozenset(Right(name) for name in key.scopes.split())),
        limit_per_minute=key.limit_per_minute,
        expires_at=key.expires_at,
        trusted_until=now + TRUSTED_S,
    )
    if earlier := _cached.get(digest):
        cached.next_use_at, cached.noted_at = earlier.next_use_at, earlier.noted_at
    if now - cached.noted_at >= key_usage.NOTED_EVERY.total_seconds():
        cached.noted_at = now
        key_usage.note(key.pk, key.last_used_at)
    if len(_cached) >= CACHED_MAX:
        _cached.clear()
    _cached[digest] = cached
    return cached
