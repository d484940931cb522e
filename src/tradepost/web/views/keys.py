"""API keys: list, create, revoke."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tradepost.access import keys
from tradepost.access.caller import caller_of
from tradepost.access.models import ApiKey
from tradepost.web.forms.keys import NAME_TAKEN, KeyForm
from tradepost.web.views.common import form_view

PAGE = 25
# The longest id; Python refuses to parse numbers with thousands of digits.
ID_DIGITS = 19


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    found = ApiKey.objects.order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) <= ID_DIGITS:
        found = found.filter(pk__lt=int(before))
    page = list(found[: PAGE + 1])
    now = timezone.now()
    context = {
        "keys": [
            {"key": key, "scopes": key.scopes.split(), "state": keys.state_of(key, now)}
            for key in page[:PAGE]
        ],
        "next": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_first": not before,
    }
    return render(request, "web/keys/list.html", context)


@form_view
def create(request: HttpRequest) -> HttpResponse:
    """Create a key; only this response contains its secret."""
    form = KeyForm(request.POST or None)
    made = _create_key(request, form) if request.method == "POST" and form.is_valid() else None
    if made is None:
        return render(request, "web/keys/create.html", {"form": form})
    response = render(request, "web/keys/made.html", {"key": made.key, "secret": made.secret})
    response["Cache-Control"] = "no-store"
    return response


@form_view
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    key = ApiKey.objects.filter(pk=id).first()
    if key is None:
        raise Http404
    if request.method != "POST":
        state = keys.state_of(key, timezone.now())
        return render(request, "web/keys/revoke.html", {"key": key, "state": state})
    was_good = keys.revoke(key.pk)
    result = "is revoked: nobody gets in with it any more" if was_good else "was revoked before"
    messages.success(request, f"The key {key.name} {result}.")
    return redirect("key-list")


def _create_key(request: HttpRequest, form: KeyForm) -> keys.NewKey | None:
    try:
        return keys.make(**form.arguments(), by=caller_of(request).actor)
    except IntegrityError:
        # Another request took the name since the form was validated.
        form.add_error("name", NAME_TAKEN)
        return None
