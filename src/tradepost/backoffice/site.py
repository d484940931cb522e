"""The back office's admin site, with our own login and access rules."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.sites import UnfoldAdminSite

from tradepost.access.caller import caller_of
from tradepost.access.rights import Right
from tradepost.access.routes import allow
from tradepost.shop import queries as shop
from tradepost.trading import queries as trading

# The theme uses Alpine.js, which compiles code in attributes, and inline styles.
POLICY = {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}
NEWEST = 5
# Every page requires these rights; the permissions of each model decide the rest.
OFFICE = allow(Right.OFFICE, Right.CLERK, page=True)
ACCESS = {
    "login": allow(Right.ENTER, Right.ENTER, page=True),
    "logout": allow(Right.OFFICE, Right.OFFICE, page=True),
}


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    index_title = "Back office"
    index_template = "backoffice/index.html"
    enable_nav_sidebar = True

    def get_urls(self) -> list[URLPattern | URLResolver]:
        found: list[URLPattern | URLResolver] = super().get_urls()
        for one in found:
            ACCESS.get(getattr(one, "name", None) or "", OFFICE)(one)
        return found

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether a staff account is signed in; API keys are not accepted."""
        account = caller_of(request).account
        return account is not None and account.is_staff

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002
        """Wrap a view: require a login, and relax the content security policy for the theme."""
        inner = super().admin_view(view, cacheable)

        def with_policy(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            response: HttpResponse = inner(request, *args, **options)
            if response.get("Content-Type", "").startswith("text/html"):
                response._csp_replace = POLICY  # type: ignore[attr-defined] # noqa: SLF001
            return response

        # The site's URLs read attributes of the view.
        with_policy.__dict__.update(inner.__dict__)
        return with_policy

    def login(self, request: HttpRequest, **context: Any) -> Any:
        """Redirect to the login page, which enforces lock-out and the second factor."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
            wanted = reverse("admin:index")
        return redirect_to_login(wanted)

    def logout(self, request: HttpRequest, **context: Any) -> Any:
        return LogoutView.as_view(next_page=settings.LOGIN_URL)(request)

    def password_change(self, request: HttpRequest, **context: Any) -> Any:
        """Redirect to the page where people change their own password."""
        return redirect("account_change_password")

    password_change_done = password_change

    def search(self, request: HttpRequest, **context: Any) -> Any:
        """Refuse the theme's search, which would read every table; each list has its own."""
        raise Http404

    def index(self, request: HttpRequest, **context: Any) -> Any:
        players = trading.list_newest_players(limit=NEWEST)
        newest = {"newest_players": players, "newest_orders": shop.list_orders(limit=NEWEST)}
        return super().index(request, newest)


site = BackOffice(name="admin")
site.disable_action("delete_selected")
