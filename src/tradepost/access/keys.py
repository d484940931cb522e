"""API keys: make, find, revoke, and count how often one is used."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import math
import secrets
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from tradepost.access import caller
from tradepost.access.caller import Caller
from tradepost.access.errors import KeyRefused, QuotaExceeded
from tradepost.access.models import PREFIX_LENGTH, ApiKey
from tradepost.access.rights import Right

# By it, whoever finds a secret somewhere knows what it is; secret scanners do so, too.
MARK = "tp_"
SECRET_BYTES = 32
# For so long a process takes a key for what it was: a revoked one is refused this much later.
REMEMBERED_S = 1.0
REMEMBERED_MAX = 1000
USED_EVERY = dt.timedelta(minutes=1)


class NewKey(NamedTuple):
    """A key that was just made.

    Attributes:
        secret: Told to the person who made it, and stored nowhere.
    """

    key: ApiKey
    secret: str


@dataclass(slots=True)
class Known:
    """A key, as a process remembers it.

    Attributes:
        until: On the monotonic clock; it is looked up again then.
        next_at: Seconds on the monotonic clock: when the next use would be right in time.
    """

    caller: Caller
    limit_per_minute: int | None
    expires_at: dt.datetime | None
    until: float
    next_at: float = 0.0


_known: dict[str, Known] = {}
_lock = threading.Lock()


def make(
    name: str,
    scopes: Collection[Right],
    *,
    by: str,
    expires_at: dt.datetime | None = None,
    limit_per_minute: int | None = None,
) -> NewKey:
    """Make a key.

    Args:
        name: Unique; 1 to 50 characters.
        scopes: Of `rights.SCOPES`.
        by: The actor who makes it.

    Raises:
        IntegrityError: There is, or was, a key of this name.
    """
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[len(MARK) :][:PREFIX_LENGTH],
        digest=_digest(secret),
        scopes=" ".join(right.value for right in Right if right in scopes),
        limit_per_minute=limit_per_minute,
        created_at=timezone.now(),
        created_by=by,
        expires_at=expires_at,
    )
    return NewKey(key, secret)


def revoke(key_id: int) -> bool:
    """Refuse a key from now on; return whether it was good until then."""
    good = ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True)
    return bool(good.update(revoked_at=timezone.now()))


def state_of(key: ApiKey, now: dt.datetime) -> str:
    """Return what has become of a key: good, expired or revoked."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "good"


def secret_of(authorization: str) -> str | None:
    """Return the secret that a header gives: as a bearer, or as a basic password (or name).

    None is a header that is none of ours to read.
    """
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password or name


def enter(secret: str) -> Caller:
    """Return the caller who has a secret, without counting the use; see `count`.

    Raises:
        KeyRefused: It is no key's, or the key is expired or revoked.
    """
    digest = _digest(secret)
    known = _known.get(digest)
    if known is None or known.until < time.monotonic():
        known = _look_up(digest, known)
    if known.expires_at is not None and known.expires_at <= timezone.now():
        raise KeyRefused
    return known.caller


def remembered(secret: str) -> Caller | None:
    """Return the caller who has a secret, if that needs no look into the database."""
    known = _known.get(_digest(secret))
    if known is None or known.until < time.monotonic():
        return None
    is_over = known.expires_at is not None and known.expires_at <= timezone.now()
    return None if is_over else known.caller


def count(secret: str) -> None:
    """Count a use of a key that was entered with.

    By the generic cell rate algorithm: a minute's uses may come at once, and then as many as
    the minute brings back. Each worker process counts by itself, and allows its share.

    Raises:
        QuotaExceeded: It was used too often.
    """
    known = _known.get(_digest(secret))
    if known is None or known.limit_per_minute is None:
        return
    limit = max(1, known.limit_per_minute // settings.WORKERS)
    with _lock:
        now = time.monotonic()
        due = max(known.next_at, now)
        wait_s = due + 60 / limit - now - 60
        # A float's last digits are no reason to refuse.
        if wait_s > 1e-6:
            raise QuotaExceeded(limit=known.limit_per_minute, retry_after_s=math.ceil(wait_s))
        known.next_at = due + 60 / limit


def forget() -> None:
    """Look every key up again."""
    _known.clear()


def _look_up(digest: str, earlier: Known | None) -> Known:
    now = timezone.now()
    key = ApiKey.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if key is None:
        _known.pop(digest, None)
        raise KeyRefused
    known = Known(
        caller=caller.for_key(key.name, frozenset(Right(name) for name in key.scopes.split())),
        limit_per_minute=key.limit_per_minute,
        expires_at=key.expires_at,
        until=time.monotonic() + REMEMBERED_S,
        next_at=earlier.next_at if earlier else 0.0,
    )
    if len(_known) >= REMEMBERED_MAX:
        _known.clear()
    _known[digest] = known
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - USED_EVERY:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return known


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
