"""The ledger entries of a player or a product, on pages of their own.

Django's admin does not support models with a composite primary key.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost.backoffice import export
from tradepost.backoffice.admin.service_admin import ServiceAdmin, parse_id
from tradepost.backoffice.columns import Column, table

PAGE = 50
LATEST = 10


class LedgerAdmin(ServiceAdmin):
    """The pages of a model that has ledger entries.

    Attributes:
        entry_model: Its primary key is ``owner_field`` and ``number``.
        entry_columns: The columns of a table of entries.
        kinds: The kinds of entries, as they are stored and as they are shown.
    """

    entry_model: ClassVar[type[Model]]
    owner_field: ClassVar[str]
    entry_columns: ClassVar[tuple[Column, ...]]
    kinds: ClassVar[list[tuple[str, str]]]

    change_form_outer_after_template = "backoffice/latest.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the pages' routes."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_entries"
        page = self.admin_site.admin_view(self.entries_view)
        file = self.admin_site.admin_view(self.entries_export_view)
        return [
            path("<str:object_id>/entries/", page, name=name),
            path("<str:object_id>/entries/export/<str:kind>/", file, name=f"{name}_export"),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        """Return the object's latest entries."""
        latest = (
            table(self.entry_columns, self.entries(number)[:LATEST], request)
            if number is not None
            else {}
        )
        return {
            "latest": latest,
            "latest_title": "Latest entries",
            "latest_url": self.entries_url(number) if number is not None else "",
        }

    def entries_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show an object's entries, the newest first, page by page."""
        number, entries = self._requested(request, object_id)
        owner = self.get_queryset(request).filter(pk=number).first()
        found = list(entries[: PAGE + 1])
        if owner is None and not found and not request.GET:
            raise Http404
        following = _query(request, before=found[PAGE - 1].number) if found[PAGE:] else ""
        context = {
            **self.admin_site.each_context(request),
            "table": table(self.entry_columns, found[:PAGE], request),
            "opts": self.opts,
            "title": f"Entries of {owner or f'{self.opts.verbose_name} {number}, deleted'}",
            "original": owner,
            "number": number,
            "kinds": self.kinds,
            "kind": request.GET.get("kind", ""),
            "following": following,
            "first": _query(request, before=None) if "before" in request.GET else "",
            "export_url": f"{self.entries_url(number)}export/",
            "query": f"?{request.GET.urlencode()}" if request.GET else "",
            "export_kinds": list(export.FORMATS),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "backoffice/entries.html", context)

    def entries_export_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """Return an object's entries as a file."""
        number, entries = self._requested(request, object_id)
        if kind not in export.FORMATS:
            raise Http404
        rows = list(entries[: export.ROWS_MAX + 1])
        if len(rows) > export.ROWS_MAX:
            messages.error(request, export.TOO_MANY)
            return redirect(f"{self.entries_url(number)}?{request.GET.urlencode()}")
        name = f"{self.opts.model_name} {number} entries"
        return export.file_response(name, self.entry_columns, rows, kind)

    def entries(self, number: int) -> QuerySet[Any]:
        """Return an object's entries, the newest first."""
        entries: QuerySet[Any] = QuerySet(self.entry_model).filter(**{self.owner_field: number})
        return entries.order_by("-number")

    def entries_url(self, number: object) -> str:
        """Return the address of an object's entries."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_entries"
        return reverse(name, args=(number,))

    @display(description="entries")
    def entries_link(self, obj: Any) -> SafeString:
        """Return the link to an object's entries, with their number."""
        return format_html('<a href="{}">{}</a>', self.entries_url(obj.pk), f"{obj.entry_count:,}")

    def _requested(self, request: HttpRequest, object_id: str) -> tuple[int, QuerySet[Any]]:
        """Return the owner's id, and the entries that the query selects."""
        number = parse_id(object_id)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if number is None:
            raise Http404
        entries = self.entries(number)
        before, kind = request.GET.get("before"), request.GET.get("kind")
        if kind in dict(self.kinds):
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
