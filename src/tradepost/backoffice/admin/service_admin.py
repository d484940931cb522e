"""Admin pages that write only through services."""

from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.enums import ActionVariant

from tradepost.access.rights import SAFE_METHODS
from tradepost.backoffice import export
from tradepost.backoffice.columns import Column
from tradepost.backoffice.forms.service_form import OfficeForm, ServiceForm
from tradepost.backoffice.lists import BoundedList, BoundedPaginator
from tradepost.limits import ID_MAX
from tradepost.pages.act_form import NO_OBJECT, posted

Fact = tuple[str, Any]


def parse_id(text: str) -> int | None:
    """Return the id in a path or a search, or None if it is not one."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(ID_MAX))):
        return None
    return int(text) if int(text) <= ID_MAX else None


def _has_nul(request: HttpRequest) -> bool:
    """Return whether a query contains NUL, which some databases reject with an error."""
    return "%00" in request.META.get("QUERY_STRING", "")


def form_action(form_class: type[ServiceForm], url_path: str, icon: str) -> Any:
    """Return a button on an object's page, with the form behind it."""

    def view(admin: ServiceAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
        return admin.form_view(request, object_id, form_class)

    variant = ActionVariant.DANGER if form_class.is_destructive else ActionVariant.DEFAULT
    options = {"url_path": url_path, "permissions": ["act"], "icon": icon, "variant": variant}
    return action(description=form_class.title, **options)(view)


class ServiceAdmin(ModelAdmin):  # type: ignore[misc]
    """Django's admin of a model, with writes left to service forms.

    Attributes:
        add_form_class: The form that creates an object, if the back office can.
        exports: The columns of exported files; without any, the list cannot be exported.
        extra_lookups: Lookups that a query may use besides the fields of the filters.
        related: The foreign keys that lists and pages show.
    """

    add_form_class: ClassVar[type[OfficeForm] | None] = None
    exports: ClassVar[tuple[Column, ...]] = ()
    extra_lookups: ClassVar[frozenset[str]] = frozenset()
    related: ClassVar[tuple[str, ...]] = ()

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
        return self.add_form_class is not None and self.has_act_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: Django would bypass the services."""
        return False

    has_delete_permission = has_change_permission

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        opts = self.opts
        return bool(request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}"))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow only the filters' lookups: others would reveal columns that are not shown."""
        fields = {getattr(one, "parameter_name", one) for one in self.list_filter}
        return lookup in self.extra_lookups or lookup.partition("__")[0] in fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields or ()

    def get_queryset(self, request: HttpRequest) -> Any:
        # Without arguments it would follow every foreign key.
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[BoundedList]:
        return BoundedList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(self.search(term)) if term else queryset), False

    def search(self, term: str) -> Q:
        """Return the condition for rows that match a search term."""
        number = parse_id(term)
        return self.search_text(term) if number is None else self.search_number(number)

    def search_number(self, number: int) -> Q:
        return Q(pk=number)

    def search_text(self, term: str) -> Q:
        raise NotImplementedError

    def facts(self, obj: Any) -> list[Fact]:
        """Return what forms show about an object."""
        return []

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/<str:kind>/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, **options: Any) -> Any:
        if _has_nul(request):
            return redirect(request.path)
        shown = {"export_kinds": list(export.FORMATS) if self.exports else []}
        return super().changelist_view(request, shown)

    def change_view(self, request: HttpRequest, object_id: str, **options: Any) -> Any:
        more = self.page_context(request, parse_id(object_id))
        return super().change_view(request, object_id, extra_context=more)

    def page_context(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        """Return what an object's page shows besides the object."""
        return {}

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **options: Any
    ) -> Any:
        """Show an object, and refuse to save it: that would bypass the services.

        Without this, a caller who may add could "save as new" without permission to change.
        """
        if request.method not in SAFE_METHODS or object_id is None:
            raise PermissionDenied
        return super().changeform_view(request, object_id, *args, **options)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Return all pages of the list as a file."""
        if not self.has_view_permission(request) or not self.exports:
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if kind not in export.FORMATS or _has_nul(request):
            return redirect(back)
        try:
            queryset = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect(f"{back}?e=1")
        name = str(self.opts.verbose_name_plural)
        return export.file_response(
            request, kind, name=name, columns=self.exports, found=queryset, back=back
        )

    def add_view(self, request: HttpRequest, **options: Any) -> HttpResponse:
        if not self.has_add_permission(request) or self.add_form_class is None:
            raise PermissionDenied
        return self.handle(request, self.add_form_class(posted(request)))

    def form_view(
        self, request: HttpRequest, object_id: str, form_class: type[ServiceForm]
    ) -> HttpResponse:
        number = parse_id(object_id)
        instance = self.get_queryset(request).filter(pk=number).first() if number else None
        # If this form was submitted before and deleted the object, the service replays that.
        if number is None or (instance is None and request.method != "POST"):
            missing = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return cast("HttpResponse", missing)
        form = form_class(posted(request), object_id=number, instance=instance)
        return self.handle(request, form)

    def require_object(self, request: HttpRequest, object_id: str) -> Any:
        """Return an object, or refuse if there is none with this id."""
        found = self.get_queryset(request).filter(pk=parse_id(object_id) or 0).first()
        if found is None:
            raise PermissionDenied
        return found

    def handle(self, request: HttpRequest, form: OfficeForm) -> HttpResponse:
        """Submit a form, or show it if it was not sent or did not succeed."""
        if form.is_valid() and (outcome := form.submit(request)) is not None:
            return self.success(request, form, outcome)
        return self.form_page(request, form, form.title)

    def success(self, request: HttpRequest, form: Any, outcome: Any) -> HttpResponse:
        again = " It had been sent before, and was done once." if outcome.replayed else ""
        messages.success(request, form.success_message(outcome.answer) + again)
        route = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if form.deletes_object:
            return redirect(f"{route}_changelist")
        is_new = form.object_id == NO_OBJECT
        number = form.created_id(outcome.answer) if is_new else form.object_id
        return redirect(f"{route}_change", number)

    def form_page(self, request: HttpRequest, form: OfficeForm, title: str) -> HttpResponse:
        facts = self.facts(form.instance) if form.instance is not None else ()
        shown = {"form": form, "original": form.instance, "facts": facts}
        return self.page(request, "form.html", title, **shown)

    def page(
        self, request: HttpRequest, template: str, title: str, **context: Any
    ) -> TemplateResponse:
        """Return one of our own pages, with what all pages of the site need."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"backoffice/{template}", shared | context)
