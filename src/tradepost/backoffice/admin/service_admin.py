"""A model's pages: whoever may sees it; it is changed by forms that call a service, only."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.enums import ActionVariant

from tradepost import txn
from tradepost.access.rights import SAFE_METHODS
from tradepost.backoffice import export
from tradepost.backoffice.columns import Column
from tradepost.backoffice.forms.act import ActForm
from tradepost.backoffice.lists import BoundedList, BoundedPaginator
from tradepost.limits import ID_MAX

Fact = tuple[str, Any]


def id_of(text: str) -> int | None:
    """Return the id that a path or a search names, or None where that can be none."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(ID_MAX))):
        return None
    return int(text) if int(text) <= ID_MAX else None


def _is_strange(request: HttpRequest) -> bool:
    """Return whether a query has a NUL: no text in a database has one, and not all take one."""
    return "%00" in request.META.get("QUERY_STRING", "")


def act(kind: type[ActForm], where: str, icon: str) -> Any:
    """Return the button, and the page behind it, that does something with an object."""

    def perform(desk: ServiceAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
        return desk.perform(request, object_id, kind)

    variant = ActionVariant.DANGER if kind.is_grave else ActionVariant.DEFAULT
    options = {"url_path": where, "permissions": ["act"], "icon": icon, "variant": variant}
    return action(description=kind.title, **options)(perform)


class ServiceAdmin(ModelAdmin):  # type: ignore[misc]
    """Django's admin of a model, which reads.

    Attributes:
        adding: The form that makes one, if one can be made here.
        exports: What the list's files say; without any there are none.
        filtered: What a query may filter by, besides the fields of the filters.
    """

    adding: ClassVar[type[ActForm] | None] = None
    exports: ClassVar[tuple[Column, ...]] = ()
    filtered: ClassVar[frozenset[str]] = frozenset()

    actions = None
    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    list_fullwidth = True
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ("id",)
    search_fields = ("pk",)
    list_before_template = "backoffice/list_links.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the caller may make one."""
        return self.adding is not None and self.has_act_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: Django would write rows past the services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: Django would delete rows past the services."""
        return False

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the caller may change something by the forms."""
        opts = self.opts
        return bool(request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}"))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what the filters ask for: any other would tell columns that are not shown."""
        fields = {getattr(one, "parameter_name", one) for one in self.list_filter}
        return lookup in self.filtered or lookup.partition("__")[0] in fields

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[BoundedList]:
        """Return the kind of list."""
        return BoundedList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what is found."""
        term = search_term.strip()
        return (self.searched(queryset, term) if term else queryset), False

    def searched(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Return the rows that a search finds."""
        number = id_of(term)
        return rows.filter(pk=number) if number is not None else rows.none()

    def facts(self, found: Any) -> list[Fact]:
        """Return what is told of an object beside a form."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """Return the pages' routes."""
        view = self.admin_site.admin_view(self.export_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/<str:kind>/", view, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list."""
        if _is_strange(request):
            return redirect(request.path)
        shown = {"export_kinds": list(export.FORMATS) if self.exports else []}
        response = super().changelist_view(request, shown | (extra_context or {}))
        return cast("HttpResponse", response)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show an object. What is sent here would be written past the services.

        Whoever may add could otherwise "save as new", whatever the permission to change.
        """
        if request.method not in SAFE_METHODS or object_id is None:
            raise PermissionDenied
        return super().changeform_view(request, object_id, form_url, extra_context)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Answer what the list shows, on all its pages, as a file."""
        if not self.has_view_permission(request) or not self.exports:
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if kind not in export.FORMATS or _is_strange(request):
            return redirect(back)
        try:
            listed = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect(f"{back}?e=1")
        rows = list(listed[: export.ROWS_MAX + 1])
        if len(rows) > export.ROWS_MAX:
            messages.error(request, export.TOO_MANY)
            return redirect(f"{back}?{request.GET.urlencode()}")
        return export.answer(str(self.opts.verbose_name_plural), self.exports, rows, kind)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Make one."""
        if not self.has_add_permission(request) or self.adding is None:
            raise PermissionDenied
        form = self.adding(request.POST) if request.method == "POST" else self.adding()
        return self.answer(request, form)

    def perform(self, request: HttpRequest, object_id: str, kind: type[ActForm]) -> HttpResponse:
        """Do something with an object, or show the form for it."""
        number = id_of(object_id)
        found = self.get_queryset(request).filter(pk=number).first() if number else None
        # What is not there any more was perhaps deleted by this very form: the service knows.
        if number is None or (found is None and request.method != "POST"):
            missing = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return cast("HttpResponse", missing)
        data = (request.POST,) if request.method == "POST" else ()
        form = kind(*data, object_id=number, found=found)
        return self.answer(request, form)

    def answer(self, request: HttpRequest, form: ActForm) -> HttpResponse:
        """Do what a form is for, where it was sent; show it where it was not, or was refused."""
        if form.is_bound and form.is_valid():
            self.prepare(request, form)
            outcome = form.attempt(request)
            if outcome is not None:
                return self.done(request, form, outcome)
        return self.form_page(request, form, title=form.title)

    def prepare(self, request: HttpRequest, form: ActForm) -> None:
        """Tell a form what it needs to know of the request."""

    def done(self, request: HttpRequest, form: ActForm, outcome: txn.Outcome[Any]) -> HttpResponse:
        """Say what was done, and show it."""
        again = " It had been sent before, and was done once." if outcome.replayed else ""
        messages.success(request, form.told(outcome.answer) + again)
        where = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if form.leaves:
            return redirect(f"{where}_changelist")
        return redirect(f"{where}_change", form.object_id or form.made(outcome.answer))

    def form_page(
        self, request: HttpRequest, form: forms.Form, *, title: str, **more: Any
    ) -> HttpResponse:
        """Show a form."""
        found = getattr(form, "found", None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "form": form,
            "original": found,
            "facts": self.facts(found) if found is not None else (),
            "button": getattr(form, "button", ""),
            "warning": getattr(form, "warning", ""),
            "is_grave": getattr(form, "is_grave", False),
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "backoffice/form.html", context)
