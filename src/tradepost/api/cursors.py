"""Keyset pagination with opaque cursors."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from tradepost.errors import Malformed

PAGE_MAX = 100
T = TypeVar("T")


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


def decode(cursor: str | None, listing: str) -> int | None:
    """Return the place in a cursor, or None without a cursor.

    Raises:
        Malformed: The cursor is not from this listing.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        text = ""
    found = re.fullmatch(re.escape(listing) + r":([0-9]{1,19})", text)
    if found is None:
        raise Malformed("query cursor: it is not one that this list gave")
    return int(found[1])


def page(
    found: Sequence[T],
    *,
    limit: int,
    listing: str,
    place: Callable[[T], int],
    present: Callable[[T], dict[str, Any]],
    fields: Collection[str] | None = None,
) -> dict[str, Any]:
    """Return a page of a listing.

    Args:
        found: Up to one row more than ``limit``, which means that another page follows.
        place: Returns a row's place in the listing's order.
        fields: The fields that the items have; None for all.
    """
    shown = found[:limit]
    more = len(found) > limit
    items = [present(item) for item in shown]
    if fields is not None:
        items = [{name: item[name] for name in fields} for item in items]
    return {
        "items": items,
        "next": encode(listing, place(shown[-1])) if more else None,
    }
