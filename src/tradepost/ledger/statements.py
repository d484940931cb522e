"""Reads a book: an owner's entries page by page, and its balances at a point in time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from tradepost.ledger.book import Book
from tradepost.ledger.posting import OwnerRow
from tradepost.limits import ID_MAX, given

R = TypeVar("R", bound=OwnerRow)
E = TypeVar("E", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries to return; None means any.

    Attributes:
        kinds: The names of kinds.
        since: The earliest time, inclusive.
        until: The end, exclusive.
    """

    kinds: Collection[str] | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERY = EntryFilter()


def entries(book: Book[R, E], owner_id: int, filters: EntryFilter = EVERY) -> QuerySet[E]:
    """Return an owner's entries, newest first."""
    found: QuerySet[E] = QuerySet(book.entry).order_by("-number")
    if owner_id > ID_MAX:
        return found.none()
    found = found.filter(**{book.owner_column: owner_id})
    return found.filter(
        given(
            kind__in=filters.kinds,
            actor=filters.actor,
            at__gte=filters.since,
            at__lt=filters.until,
        )
    )


def list_entries(
    book: Book[R, E],
    owner_id: int,
    *,
    limit: int,
    before: int | None = None,
    filters: EntryFilter = EVERY,
) -> list[E]:
    """Return a page of an owner's entries below a number, newest first."""
    found = entries(book, owner_id, filters).filter(given(number__lt=before))
    return list(found[:limit])


def each_page(
    book: Book[R, E], owner_id: int, *, size: int = 1000, filters: EntryFilter = EVERY
) -> Iterator[list[E]]:
    """Yield an owner's entries page by page, oldest first."""
    found = entries(book, owner_id, filters).order_by("number")
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
