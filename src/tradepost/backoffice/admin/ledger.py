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
from django.http import Http404, HttpRequest, HttpResponse
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
            view = self.admin_site.admin_view(partial(self.entries_view, one))
            routes.append(path(route, view, name=name))
            routes.append(path(f"{route}export/<str:kind>/", view, name=f"{name}_export"))
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

    def entries_view(
        self, one: EntryList, request: HttpRequest, object_id: str, kind: str = ""
    ) -> HttpResponse:
        """Show a page of an object's entries, or return all of them as a file."""
        number = parse_id(object_id)
        before, chosen = request.GET.get("before"), request.GET.get("kind", "")
        if not self.has_view_permission(request):
            raise PermissionDenied
        if number is None or (kind and kind not in export.FORMATS):
            raise Http404
        entries = one.of(number)
        if chosen in dict(one.kinds):
            entries = entries.filter(kind=chosen)
        if before is not None:
            entries = entries.filter(number__lt=parse_id(before) or 0)
        url = self.entries_url(one, number)
        if kind:
            name = f"{self.opts.model_name} {number} {one.name}"
            return export.file_response(
                request, kind, name=name, columns=one.columns, found=entries, back=url
            )
        owner = self.get_queryset(request).filter(pk=number).first()
        found = list(entries[: PAGE + 1])
        if owner is None and not found and not request.GET:
            raise Http404
        following = ""
        if found[PAGE:]:
            query = request.GET.copy()
            query["before"] = str(found[PAGE - 1].number)
            following = f"?{query.urlencode()}"
        context = {
            "table": table(one.columns, found[:PAGE], request),
            "original": owner,
            "kinds": one.kinds,
            "kind": chosen,
            "following": following,
            "is_first": before is None,
            "export_url": f"{url}export/",
            "query": f"?{request.GET.urlencode()}" if request.GET else "",
        }
        of = owner or f"{self.opts.verbose_name} {number}, deleted"
        return self.page(request, "entries.html", f"{one.name.capitalize()} of {of}", **context)

    def entries_url(self, one: EntryList, number: object) -> str:
        return reverse(f"admin:{self._route_name(one)}", args=(number,))

    @display(description="entries")
    def entries_link(self, obj: Any) -> SafeString:
        return self.count_link(self.entry_lists[0], obj.pk, obj.entry_count)

    def count_link(self, one: EntryList, number: int, count: int) -> SafeString:
        """Return the link to a list of an object's entries, with how many there are."""
        return format_html('<a href="{}">{}</a>', self.entries_url(one, number), f"{count:,}")

    def _route_name(self, one: EntryList) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{one.name}"
