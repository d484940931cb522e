"""The page that imports products: send a file, look at what it would change, confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.widgets import UnfoldAdminFileFieldWidget

from tradepost.access.caller import caller_of
from tradepost.backoffice.product_import import execution, plan, reading
from tradepost.backoffice.product_import.reading import Unreadable

if TYPE_CHECKING:
    from tradepost.backoffice.admin.service_admin import ServiceAdmin

# So much of a plan, or of what is wrong with it, is shown.
LINES_SHOWN = 20
PROBLEMS_SHOWN = 50


class Upload(forms.Form):
    """A file of products."""

    file = forms.FileField(
        label="File",
        widget=UnfoldAdminFileFieldWidget({"accept": ".csv,.xlsx"}),
        help_text=f"CSV (UTF-8) or XLSX, up to {reading.ROWS_MAX:,} rows and "
        f"{reading.FILE_MAX // 1024 // 1024} MB.",
        error_messages={"empty": "The file is empty.", "required": "Choose a file."},
    )


def urls(desk: ServiceAdmin) -> list[URLPattern]:
    """Return the routes of the import."""

    def view(request: HttpRequest) -> HttpResponse:
        return _view(desk, request)

    return [path("import/", desk.admin_site.admin_view(view), name="shop_product_import")]


def _view(desk: ServiceAdmin, request: HttpRequest) -> HttpResponse:
    if not desk.has_act_permission(request):
        raise PermissionDenied
    form = Upload()
    actor = caller_of(request).actor
    more: dict[str, Any] = {}
    try:
        if "plan" in request.POST:
            wanted = execution.confirmed(request.POST["plan"], actor=actor)
            result = execution.run(wanted, actor=actor)
            more = {"result": result}
            if result.rest:
                more["token"] = execution.token_of(result.rest, actor=actor, key=wanted.key)
        elif request.method == "POST":
            form = Upload(request.POST, request.FILES)
            more = _previewed(form, actor) if form.is_valid() else {}
    except Unreadable as error:
        if form.is_bound:
            form.add_error("file", str(error))
        else:
            more = {"failure": str(error)}
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": "Import products",
        "form": form,
        "columns": plan.KNOWN,
        **more,
    }
    request.current_app = desk.admin_site.name
    return TemplateResponse(request, "backoffice/import.html", context)


def _previewed(form: Upload, actor: str) -> dict[str, Any]:
    """Return what the page shows of a file.

    Raises:
        Unreadable: It cannot be read.
    """
    file = form.cleaned_data["file"]
    found = plan.made(reading.rows_of(file.read()))
    token = "" if found.problems else execution.token_of(found.lines, actor=actor)
    return {
        "plan": found,
        "file_name": file.name,
        "lines": found.lines[:LINES_SHOWN],
        "lines_left": len(found.lines) - LINES_SHOWN,
        "problems": found.problems[:PROBLEMS_SHOWN],
        "problems_left": len(found.problems) - PROBLEMS_SHOWN,
        "token": token,
    }
