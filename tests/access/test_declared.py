"""How rights are declared on routes, and collected from them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from ninja import NinjaAPI, Router

from tradepost.access import routes
from tradepost.access.rights import Right
from tradepost.access.routes import Access, allow
from tradepost.api import rights

OUTER, INNER, OWN = allow(Right.OFFICE), allow(Right.SHOP), allow(Right.TRADE)


def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@OWN
def declared_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def collect(monkeypatch: pytest.MonkeyPatch, *patterns: Any) -> dict[str, Access | None]:
    resolver = SimpleNamespace(url_patterns=patterns)
    monkeypatch.setattr(routes, "get_resolver", lambda: resolver)
    return routes.collected.__wrapped__()


def test_what_is_nearest_to_the_handler_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    below = [
        path("plain/", view),
        INNER(path("route/", view)),
        INNER(path("handler/", declared_view)),
        path("more/", include([re_path(r"^deep/$", view)])),
    ]

    found = collect(monkeypatch, OUTER(path("a/", include(below))), path("b/", view))

    assert found == {
        "a/plain/": OUTER,
        "a/route/": INNER,
        "a/handler/": OWN,
        "a/more/deep/$": OUTER,
        "b/": None,
    }


def test_the_first_of_two_routes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = collect(monkeypatch, INNER(path("a/", view)), OUTER(path("a/", view)))

    assert found == {"a/": INNER}


@pytest.fixture
def api() -> NinjaAPI:
    return NinjaAPI(urls_namespace="declared")


def named(api: NinjaAPI, *operations: tuple[str, str, str, Access | None]) -> dict[str, Any]:
    """Return the access of each operation's route, by the operation's name."""
    router = Router()
    for method, where, name, access in operations:

        def operation(request: HttpRequest) -> None: ...

        operation.__name__ = name
        router.api_operation([method], where)(access(operation) if access else operation)
    api.add_router("/v1", router)
    patterns = api.urls[0]
    rights.declare(patterns, [router])
    return {one.name: routes.declared_on(one) for one in patterns if hasattr(one, "name")}


def test_operations_declare_for_their_route(api: NinjaAPI) -> None:
    found = named(api, ("GET", "/a", "read", INNER), ("POST", "/a", "write", INNER))

    assert (found["read"], found["write"]) == (INNER, INNER)
    assert found["openapi-json"] == routes.EVERYBODY


@pytest.mark.parametrize("other", [None, OWN])
def test_operations_that_do_not_agree_declare_nothing(api: NinjaAPI, other: Access | None) -> None:
    """Nobody would know whose rights count for the path: so nobody gets in, and a test says so."""
    found = named(api, ("GET", "/a", "read", INNER), ("POST", "/a", "write", other))

    assert (found["read"], found["write"]) == (None, None)


def test_two_operations_of_one_name_declare_nothing(api: NinjaAPI) -> None:
    found = named(api, ("GET", "/a", "read", OWN), ("GET", "/b", "read", INNER))

    assert found["read"] is None


@pytest.mark.parametrize(
    ("where", "has_pages"),
    [
        ("/players/1/nothing", True),
        ("/account/nothing", True),
        ("/player/1/nothing", False),
        ("/api/v1/nothing", False),
        ("/nothing/", None),
        ("/livez/", None),
        ("/", None),
        ("//", None),
        ("/shop", None),
    ],
)
def test_a_path_without_a_route_lies_among_pages_or_not(where: str, has_pages: bool | None) -> None:
    assert routes.of_path(where) is None or where == "/"
    assert routes.section_has_pages(where) is has_pages
