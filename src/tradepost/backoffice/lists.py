"""Lists of bounded cost, which count and show only the first rows, and their filters."""

from functools import cached_property
from typing import Any, cast

from django.contrib.admin import SimpleListFilter
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

ROWS_MAX = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of the first rows; the others are found by searching."""

    template_name = "backoffice/pager.html"
    rows_max = ROWS_MAX

    @cached_property
    def counted(self) -> int:
        """The number of rows, or one more than the limit if there are more."""
        return int(cast("QuerySet[Any]", self.object_list).order_by()[: self.rows_max + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, self.rows_max)

    @property
    def is_cut(self) -> bool:
        return self.counted > self.rows_max


class BoundedList(ChangeList):  # type: ignore[misc]
    """A list with a `BoundedPaginator`."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not (self.query or self.has_active_filters):
            # The link "Show all" would lead to this page.
            self.full_result_count = self.result_count


class ConditionFilter(SimpleListFilter):
    """A filter whose choices are conditions."""

    def conditions(self) -> dict[str, tuple[str, Q]]:
        """Return the label and the condition of each choice, by its name in the query."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in self.conditions().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.conditions().get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset
