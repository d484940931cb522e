"""Keyset pagination with opaque cursors."""

import base64
import binascii
import hashlib
import json
import re

from tradepost.errors import Malformed

PAGE_MAX = 100


def filtered(listing: str, **filters: object) -> str:
    """Return a listing's name with its filters: a cursor is valid only for the same filters."""
    values = {name: str(value) for name, value in filters.items() if value is not None}
    if not values:
        return listing
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return f"{listing} {digest[:32]}"


def encode(listing: str, place: int) -> str:
    """Return the cursor for what follows a place in a listing."""
    return base64.urlsafe_b64encode(f"{listing}:{place}".encode()).decode().rstrip("=")


def decode(cursor: str, listing: str) -> int:
    """Return the place in a cursor; raise `Malformed` if it is not from this listing."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        text = ""
    found = re.fullmatch(re.escape(listing) + r":([0-9]{1,19})", text)
    if found is None:
        raise Malformed("query cursor: it is not one that this list gave")
    return int(found[1])
