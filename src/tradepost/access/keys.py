"""API keys: make one, revoke one, and read one from a header."""

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from typing import NamedTuple

from django.utils import timezone

from tradepost.access.models import PREFIX_LENGTH, ApiKey
from tradepost.access.rights import Right

# Shows people and secret scanners what kind of secret it is.
MARK = "tp_"
SECRET_BYTES = 32


class NewKey(NamedTuple):
    """A new key.

    Attributes:
        secret: Shown once to the person who made the key, and not stored.
    """

    key: ApiKey
    secret: str


def make(
    name: str,
    scopes: Collection[Right],
    *,
    by: str,
    expires_at: dt.datetime | None = None,
    limit_per_minute: int | None = None,
) -> NewKey:
    """Create a key.

    Args:
        name: Unique; 1 to 50 characters.
        scopes: A subset of `rights.SCOPES`.
        by: The actor who creates it.

    Raises:
        IntegrityError: Another key has this name, revoked keys included.
    """
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[len(MARK) :][:PREFIX_LENGTH],
        digest=digest_of(secret),
        scopes=" ".join(right.value for right in Right if right in scopes),
        limit_per_minute=limit_per_minute,
        created_at=timezone.now(),
        created_by=by,
        expires_at=expires_at,
    )
    return NewKey(key, secret)


def revoke(key_id: int) -> bool:
    """Revoke a key; return whether it was valid until then."""
    good = ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True)
    return bool(good.update(revoked_at=timezone.now()))


def state_of(key: ApiKey, now: dt.datetime) -> str:
    """Return the state of a key: good, expired or revoked."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "good"


def secret_of(authorization: str) -> str | None:
    """Return the secret in an Authorization header, or None for other schemes.

    It is the bearer token, the password of basic authentication, or its user name if the password
    is empty. A header that cannot be decoded gives an empty secret, which no key has.
    """
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return ""
    return password or name


def digest_of(secret: str) -> str:
    """Return the digest that is stored for a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
