"""The start page, and the page of the caller's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tradepost.access.caller import Kind, caller_of
from tradepost.access.rights import Role

ROLE_TEXTS = {
    Role.CUSTOMER: "You buy in the shop, for yourself, and see your own orders.",
    Role.VIEWER: "You see players, trades, products and orders, and change nothing.",
    Role.OPERATOR: "You trade for players, and run the shop.",
    Role.ADMIN: "You do everything an operator does, and make keys and give people their roles.",
}


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show the caller's account; in open mode, explain that none is needed."""
    caller = caller_of(request)
    if caller.kind in (Kind.ANONYMOUS, Kind.KEY):
        return redirect_to_login(request.get_full_path())
    if caller.account is None:
        return render(request, "web/account/none.html")
    context = {
        "account": caller.account,
        "role": ROLE_TEXTS[Role(caller.account.role)],
        "has_second_factor": is_mfa_enabled(caller.account),
    }
    return render(request, "web/account/account.html", context)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Redirect customers to the shop, and all others to the players."""
    return redirect("shop" if caller_of(request).buys_for_themself else "player-list")
