"""Where everybody begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tradepost.access.caller import caller_of


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Go to the players, or, as a customer, to the shop."""
    return redirect("shop" if caller_of(request).buys_for_themself else "player-list")
