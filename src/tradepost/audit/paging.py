"""Reading tables of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

PAGE = 200
M = TypeVar("M", bound=Model)


def pages(rows: QuerySet[M], size: int = PAGE) -> Iterator[list[M]]:
    """Yield rows in the order of their primary key, some at a time."""
    rows = rows.order_by("pk")
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk)[:size])
