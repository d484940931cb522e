"""The ledger entries of a player or a product, on pages of their own.

Django's admin does not support models with a composite primary key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost.backoffice import export
from tradepost.backoffice.admin.service_admin import ServiceAdmin, parse_id
from tradepost.backoffice.columns import Column, table

PAGE = 50
LATEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryList:
    """A list of an object's entries.

    Attributes:
        name: Its name in addresses and titles.
        model: Its primary key is ``owner_field`` and ``number``.
        kinds: The kinds of entries, as they are stored and as they are shown.
    """

    name: str = "entries"
    model: type[Model]
    owner_field: str
    columns: tuple[Column, ...]
    kinds: Sequence[tuple[str, str]] = ()

    def of(self, number: int) -> QuerySet[Any]:
        """Return an object's entries, the newest first."""
        entries: QuerySet[Any] = QuerySet(self.model).filter(**{self.owner_field: number})
        return entries.order_by("-number")


class LedgerAdmin(ServiceAdmin):
    """The pages of a model that has ledger entries.

    Attributes:
        entry_lists: The lists of an object's entries; its page shows the latest of the first.
    """

    entry_lists: ClassVar[tuple[EntryList, ...]]

    change_form_outer_after_template = "backoffice/latest.html"

    def get_urls(self) -> list[URLPattern]:
        routes = []
        for one in self.entry_lists:
            route, name = f"<str:object_id>/{one.name}/", self._route_name(one)
            page = self.admin_site.admin_view(partial(self.entries_view, one))
            file = self.admin_site.admin_view(partial(self.entries_export_view, one))
            routes.append(path(route, page, name=name))
            routes.append(path(f"{route}export/<str:kind>/", file, name=f"{name}_export"))
        return [*routes, *super().get_urls()]

    def page_context(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        if number is None:
            return {}
        first = self.entry_lists[0]
        return {
            "latest": table(first.columns, first.of(number)[:LATEST], request),
            "latest_title": "Latest entries",
            "latest_url": self.entries_url(first, number),
        }

    def entries_view(self, one: EntryList, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an object's entries, the newest first, page by page."""
        number, entries = self._requested(one, request, object_id)
        owner = self.get_queryset(request).filter(pk=number).first()
        found = list(entries[: PAGE + 1])
        if owner is None and not found and not request.GET:
            raise Http404
        following = _query(request, before=found[PAGE - 1].number) if found[PAGE:] else ""
        context = {
            "table": table(one.columns, found[:PAGE], request),
            "original": owner,
            "number": number,
            "kinds": one.kinds,
            "kind": request.GET.get("kind", ""),
            "following": following,
            "first": _query(request, before=None) if "before" in request.GET else "",
            "export_url": f"{self.entries_url(one, number)}export/",
            "query": f"?{request.GET.urlencode()}" if request.GET else "",
            "export_kinds": list(export.FORMATS),
        }
        of = owner or f"{self.opts.verbose_name} {number}, deleted"
        return self.page(request, "entries.html", f"{one.name.capitalize()} of {of}", **context)

    def entries_export_view(
        self, one: EntryList, request: HttpRequest, object_id: str, kind: str
    ) -> HttpResponse:
        number, entries = self._requested(one, request, object_id)
        if kind not in export.FORMATS:
            raise Http404
        return export.file_response(
            request,
            kind,
            name=f"{self.opts.model_name} {number} {one.name}",
            columns=one.columns,
            found=entries,
            back=self.entries_url(one, number),
        )

    def entries_url(self, one: EntryList, number: object) -> str:
        return reverse(f"admin:{self._route_name(one)}", args=(number,))

    @display(description="entries")
    def entries_link(self, obj: Any) -> SafeString:
        """Return the link to an object's entries, with their number."""
        return self.count_link(self.entry_lists[0], obj.pk, obj.entry_count)

    def count_link(self, one: EntryList, number: int, count: int) -> SafeString:
        """Return the link to a list of an object's entries, with how many there are."""
        return format_html('<a href="{}">{}</a>', self.entries_url(one, number), f"{count:,}")

    def _route_name(self, one: EntryList) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{one.name}"

    def _requested(
        self, one: EntryList, request: HttpRequest, object_id: str
    ) -> tuple[int, QuerySet[Any]]:
        """Return the owner's id, and the entries that the query selects."""
        number = parse_id(object_id)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if number is None:
            raise Http404
        entries = one.of(number)
        before, kind = request.GET.get("before"), request.GET.get("kind")
        if kind in dict(one.kinds):
            entries = entries.filter(kind=kind)
        if before is not None:
            entries = entries.filter(number__lt=parse_id(before) or 0)
        return number, entries


def _query(request: HttpRequest, **changes: object) -> str:
    """Return the page's query with some values changed; None removes one."""
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
