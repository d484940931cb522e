"""The headers that middleware adds to every response, for the routes that run no middleware."""

import io

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from tradepost.api.hot import METHOD

# These add the same headers to each response: they run once, at start.
RUN_ONCE = frozenset(
    {
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    }
)
# These do not run, since the hot routes need nothing of them, for the reason given.
REPLACED = {
    "tradepost.config.middleware.RequestLog": "the application gives ids and logs lines itself",
    "tradepost.config.middleware.Authenticate": "access.entry.enter is asked",
    "tradepost.config.middleware.Authorize": "access.entry.require_access is asked",
    "tradepost.config.middleware.Csrf": "requests with cookies are left to Django",
    "django.contrib.sessions.middleware.SessionMiddleware": "cookies are left to Django",
    "django.contrib.auth.middleware.AuthenticationMiddleware": "cookies are left to Django",
    "django.contrib.messages.middleware.MessageMiddleware": "cookies are left to Django",
    "allauth.account.middleware.AccountMiddleware": "cookies are left to Django",
    "whitenoise.middleware.WhiteNoiseMiddleware": "no file has the path of a hot route",
    "django_htmx.middleware.HtmxMiddleware": "requests with its headers are left to Django",
}


def common_headers(*, secure: bool) -> list[tuple[str, str]]:
    """Return the headers that the configured middleware adds to every response of a hot route.

    Args:
        secure: Whether the response is sent over TLS.

    Raises:
        ImproperlyConfigured: A middleware is listed in neither RUN_ONCE nor REPLACED.
    """
    unknown = [name for name in settings.MIDDLEWARE if name not in RUN_ONCE | REPLACED.keys()]
    if unknown:
        raise ImproperlyConfigured(
            f"The hot routes would miss the middleware {', '.join(unknown)}. Add it to RUN_ONCE in "
            f"{__name__} if it adds the same headers to every response, or to REPLACED if they "
            "need nothing of it."
        )
    return [pair for pair in _sample(secure=secure).items() if pair[0] != "Content-Type"]


def _sample(*, secure: bool) -> HttpResponseBase:
    """Return an empty response with the headers that the middleware adds."""
    environ = {
        "REQUEST_METHOD": METHOD,
        "wsgi.input": io.BytesIO(),
        # Without TLS it may be redirected: such requests are left to Django.
        "wsgi.url_scheme": "https" if secure or settings.SECURE_SSL_REDIRECT else "http",
    }

    def get_response(_request: HttpRequest) -> HttpResponseBase:
        return HttpResponse()

    for name in reversed(settings.MIDDLEWARE):
        if name in RUN_ONCE:
            get_response = import_string(name)(get_response)
    response: HttpResponseBase = get_response(WSGIRequest(environ))
    return response
