"""The page that imports products: upload a file, review the preview, confirm."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminFileFieldWidget

from tradepost.access.caller import caller_of
from tradepost.backoffice.product_import import execution, plan, reading
from tradepost.backoffice.product_import.reading import Unreadable

if TYPE_CHECKING:
    from tradepost.backoffice.admin.service_admin import ServiceAdmin

# How much of a plan or of its problems is shown.
LINES_SHOWN = 20
PROBLEMS_SHOWN = 50


class Upload(forms.Form):
    file = forms.FileField(
        label="File",
        widget=UnfoldAdminFileFieldWidget({"accept": ".csv,.xlsx"}),
        help_text=f"CSV (UTF-8) or XLSX, up to {reading.ROWS_MAX:,} rows and "
        f"{reading.FILE_MAX // 1024 // 1024} MB.",
        error_messages={"empty": "The file is empty.", "required": "Choose a file."},
    )


def import_view(admin: "ServiceAdmin", request: HttpRequest) -> HttpResponse:
    if not admin.has_act_permission(request):
        raise PermissionDenied
    form = Upload()
    actor = caller_of(request).actor
    more: dict[str, Any] = {}
    try:
        if "plan" in request.POST:
            confirmed = execution.confirmed_plan(request.POST["plan"], actor=actor)
            result = execution.run(confirmed, actor=actor)
            more = {"result": result}
            if result.remaining:
                more["token"] = execution.sign_plan(
                    result.remaining, actor=actor, key=confirmed.key
                )
        elif request.method == "POST":
            form = Upload(request.POST, request.FILES)
            more = _preview(form, actor) if form.is_valid() else {}
    except Unreadable as error:
        if form.is_bound:
            form.add_error("file", str(error))
        else:
            more = {"failure": str(error)}
    shown = {"form": form, "columns": plan.COLUMNS, **more}
    return admin.page(request, "import.html", "Import products", **shown)


def _preview(form: Upload, actor: str) -> dict[str, Any]:
    file = form.cleaned_data["file"]
    found = plan.make_plan(reading.rows_of(file.read()))
    token = "" if found.problems else execution.sign_plan(found.lines, actor=actor)
    return {
        "plan": found,
        "file_name": file.name,
        "lines": found.lines[:LINES_SHOWN],
        "lines_left": len(found.lines) - LINES_SHOWN,
        "problems": found.problems[:PROBLEMS_SHOWN],
        "problems_left": len(found.problems) - PROBLEMS_SHOWN,
        "token": token,
    }
