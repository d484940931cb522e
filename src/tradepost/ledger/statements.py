"""Reading a book: an owner's entries page by page, and what it had at a point in time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from tradepost.ledger.book import Book, OwnerRow
from tradepost.ledger.declaration import Kind
from tradepost.limits import ID_MAX

R = TypeVar("R", bound=OwnerRow)
E = TypeVar("E", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are asked for; None is any.

    Attributes:
        since: The earliest time.
        until: The first time that is too late.
    """

    kinds: Collection[Kind] | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERY = EntryFilter()


def entries(book: Book[R, E], owner_id: int, wanted: EntryFilter = EVERY) -> QuerySet[E]:
    """Return an owner's entries, the newest first."""
    found: QuerySet[E] = QuerySet(book.entry).order_by("-number")
    if owner_id > ID_MAX:
        return found.none()
    found = found.filter(**{book.owner_column: owner_id})
    if wanted.kinds is not None:
        found = found.filter(kind__in=[kind.name for kind in wanted.kinds])
    if wanted.actor is not None:
        found = found.filter(actor=wanted.actor)
    if wanted.since is not None:
        found = found.filter(at__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(at__lt=wanted.until)
    return found


def list_entries(
    book: Book[R, E],
    owner_id: int,
    *,
    limit: int,
    before_number: int | None = None,
    wanted: EntryFilter = EVERY,
) -> list[E]:
    """Return a page of an owner's entries, the newest first, from below a number."""
    found = entries(book, owner_id, wanted)
    if before_number is not None:
        found = found.filter(number__lt=before_number)
    return list(found[:limit])


def each_page(
    book: Book[R, E], owner_id: int, *, size: int = 1000, wanted: EntryFilter = EVERY
) -> Iterator[list[E]]:
    """Yield all of an owner's entries page by page, the oldest first."""
    found = entries(book, owner_id, wanted).order_by("number")
    last = 0
    while page := list(found.filter(number__gt=last)[:size]):
        yield page
        last = page[-1].number  # type: ignore[attr-defined]


def balance_at(book: Book[R, E], owner_id: int, at: datetime) -> dict[str, int] | None:
    """Return an owner's balances at a point in time; None before its first entry."""
    last = entries(book, owner_id).filter(at__lte=at).first()
    if last is None:
        return None
    return {asset.name: getattr(last, asset.after) for asset in book.assets}
