"""Answers errors in the form of the route: pages for people, problems or text for programs."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from tradepost.access import routes
from tradepost.access.caller import caller_of
from tradepost.access.errors import Forbidden
from tradepost.access.rights import SAFE_METHODS
from tradepost.api import problems
from tradepost.api.errors import CsrfRefused, InternalError, RouteNotFound
from tradepost.errors import TradepostError
from tradepost.web import faults as pages

NOT_DONE = "You are not signed in, so this was not done. Sign in, and send it again."


def answer(request: HttpRequest, error: TradepostError) -> HttpResponse:
    """Answer an error in the form of the route that was requested."""
    if _is_page(request):
        return pages.page(request, error, problems.status_of(error))
    return problems.answer(request, error)


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the login page, and from there back to the page that was requested.

    A form that was sent is not processed. A message says so, and the login leads back to the page
    of the form.
    """
    is_part = request.headers.get("HX-Request") == "true"
    is_read = request.method in SAFE_METHODS
    if not is_read:
        messages.warning(request, NOT_DONE, fail_silently=True)
    wanted = request.get_full_path()
    if is_part or not is_read:
        wanted = pages.current_page(request) or "/"
    response = redirect_to_login(wanted)
    if not is_part:
        return response
    # htmx asked for a part of a page: the whole page is redirected.
    return HttpResponse(status=204, headers={"HX-Redirect": response.url})


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:
    """Answer for a path without a route."""
    if _is_page(request):
        return pages.page(request, RouteNotFound(path=request.path), 404)
    return problems.not_found(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a permission that Django's own views refuse."""
    return answer(request, Forbidden(actor=caller_of(request).actor))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a request that Django finds suspicious."""
    return answer(request, problems.translate(exception))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for an unexpected error, which Django has logged."""
    return answer(request, InternalError())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form without a valid CSRF token."""
    if _is_page(request):
        return pages.csrf_failure(request, reason)
    return problems.answer(request, CsrfRefused())


def _is_page(request: HttpRequest) -> bool:
    access = routes.of_path(request.path)
    has_pages = access.page if access else routes.section_has_pages(request.path)
    if has_pages is not None:
        return has_pages
    wants_page = "text/html" in request.headers.get("Accept", "")
    return wants_page and not request.path.startswith((problems.API_PREFIX, settings.STATIC_URL))
