"""Keyset pages: an opaque cursor says where the next page begins."""

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
    """Return what a listing is called as filters narrow it: another one than with others."""
    given = {name: str(value) for name, value in filters.items() if value is not None}
    if not given:
        return listing
    digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
    return f"{listing} {digest[:32]}"


def encode(listing: str, place: int) -> str:
    """Return the cursor of what follows a place in a listing."""
    return base64.urlsafe_b64encode(f"{listing}:{place}".encode()).decode().rstrip("=")


def decode(cursor: str | None, listing: str) -> int | None:
    """Return the place that a cursor tells, or None without one.

    Raises:
        Malformed: It is not a cursor of this listing.
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
    """Return a page of what was found.

    Args:
        found: Up to one more than ``limit``: the one more says that a page follows.
        place: Where an item stands in the listing's order.
        fields: What the items shall have of what they are shown with; None for all.
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
