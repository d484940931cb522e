"""The headers of middleware reach the hot routes, or the server does not start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from pytest_django import Settings

from tests.api.conftest import Api
from tests.api.hot_requests import FORM, TRADES, form_body, json_body
from tests.api.ways import ServedClient, running
from tradepost.config import hot_headers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed"),
]
NEW = f"{__name__}.new_middleware"
ROUTES = [(TRADES, json_body(), "application/json"), ("/player/trade", form_body(), FORM)]


def new_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add a header to every response."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["X-New"] = "yes"
        return response

    return middleware


@pytest.fixture(autouse=True)
def shipped(settings: Settings) -> None:
    """The middleware is the product's, without that of the tests."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tests.")]


@pytest.fixture
def configured(shipped: None, settings: Settings) -> None:
    """The new middleware is among the settings'."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, NEW]


@pytest.mark.usefixtures("configured")
def test_a_middleware_that_nobody_thought_of_stops_the_server() -> None:
    with pytest.raises(ImproperlyConfigured, match=f"would miss the middleware {NEW}"), running():
        pass


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(("path", "body", "kind"), ROUTES, ids=["JSON", "form"])
def test_what_a_middleware_adds_is_in_hot_answers(
    pair: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: bytes,
    kind: str,
) -> None:
    monkeypatch.setattr(hot_headers, "RUN_ONCE", hot_headers.RUN_ONCE | {NEW})
    filled = body.replace(b"<s>", b"%d" % pair[0]).replace(b"<b>", b"%d" % pair[1])

    with running() as loop:
        made = Api(ServedClient(loop)).post(path, raw=filled, kind=kind)
        listed = Api(ServedClient(loop)).get("/api/v1/players")

    assert made.status_code in (200, 201)
    assert (made.headers["X-New"], listed.headers["X-New"]) == ("yes", "yes")


@pytest.mark.usefixtures("configured")
def test_what_hot_routes_do_without_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(hot_headers.REPLACED, NEW, "it is for pages")

    headers = hot_headers.common_headers(secure=False)

    assert "X-New" not in dict(headers)
    assert dict(headers)["X-Frame-Options"] == "DENY"


def test_every_middleware_of_ours_is_thought_of(settings: Settings) -> None:
    known = hot_headers.RUN_ONCE | hot_headers.REPLACED.keys()

    assert known == set(settings.MIDDLEWARE)


@pytest.mark.parametrize("secure", [False, True])
def test_tls_is_told_where_it_is_used(settings: Settings, secure: bool) -> None:
    settings.SECURE_HSTS_SECONDS = 60

    headers = dict(hot_headers.common_headers(secure=secure))

    assert ("Strict-Transport-Security" in headers) is secure
