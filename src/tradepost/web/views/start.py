"""The start page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tradepost.access.caller import caller_of


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Redirect customers to the shop, and all others to the players."""
    return redirect("shop" if caller_of(request).buys_for_themself else "player-list")
