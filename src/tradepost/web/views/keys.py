"""API keys: who has which, make one, revoke one."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from tradepost.access import keys
from tradepost.access.caller import caller_of
from tradepost.access.models import ApiKey
from tradepost.web.forms.keys import TAKEN, KeyForm

PAGE = 25
# Of the longest id; Python refuses to read a number of thousands.
ID_DIGITS = 19


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the keys, the newest first."""
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


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a key; its secret is in this answer, and nowhere else."""
    form = KeyForm(request.POST or None)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    if made is None:
        return render(request, "web/keys/create.html", {"form": form})
    response = render(request, "web/keys/made.html", {"key": made.key, "secret": made.secret})
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    """Ask whether a key is to be revoked, and revoke it."""
    key = ApiKey.objects.filter(pk=id).first()
    if key is None:
        raise Http404
    if request.method != "POST":
        state = keys.state_of(key, timezone.now())
        return render(request, "web/keys/revoke.html", {"key": key, "state": state})
    was_good = keys.revoke(key.pk)
    said = "is revoked: nobody gets in with it any more" if was_good else "was revoked before"
    messages.success(request, f"The key {key.name} {said}.")
    return redirect("key-list")


def _made(request: HttpRequest, form: KeyForm) -> keys.NewKey | None:
    try:
        return keys.make(**form.wanted(), by=caller_of(request).actor)
    except IntegrityError:
        # Somebody else was faster.
        form.add_error("name", TAKEN)
        return None
