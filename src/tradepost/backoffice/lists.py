"""Lists of bounded cost: no count and no page reaches further than some rows."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

ROWS_MAX = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of the first rows; whoever looks for another searches."""

    template_name = "backoffice/pager.html"
    rows_max = ROWS_MAX

    @cached_property
    def found(self) -> int:
        """How many rows there are, or one more than are shown."""
        return int(cast("QuerySet[Any]", self.object_list).order_by()[: self.rows_max + 1].count())

    @cached_property
    def count(self) -> int:
        """How many rows are shown."""
        return min(self.found, self.rows_max)

    @property
    def is_cut(self) -> bool:
        """Whether there are more."""
        return self.found > self.rows_max


class BoundedList(ChangeList):  # type: ignore[misc]
    """A list of a `BoundedPaginator`."""

    def get_results(self, request: HttpRequest) -> None:
        """Get a page."""
        super().get_results(request)
        if not (self.query or self.has_active_filters):
            # "Show all" would lead to what is shown.
            self.full_result_count = self.result_count
