"""Open mode: without sign-in only a caller on this machine is served, and no other site's page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from tests.api.conftest import Api, state
from tests.api.ways import each_way_in
from tradepost.access import local_mode
from tradepost.access.errors import CrossSiteRequest, RemoteCaller

PLAYERS = "/api/v1/players"


def check(
    *,
    method: str = "POST",
    remote_address: str = "127.0.0.1",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> None:
    local_mode.require_local(remote_address=remote_address, headers=headers)
    local_mode.require_same_site(method=method, host="127.0.0.1:8000", headers=headers)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_a_caller_on_this_machine_is_served(address: str) -> None:
    check(remote_address=address)


@pytest.mark.parametrize(
    "address",
    ["203.0.113.9", "10.0.0.1", "192.168.1.2", "::2", "::ffff:10.0.0.1", "0.0.0.0", "", "x"],
)
def test_a_remote_caller_is_refused(address: str) -> None:
    with pytest.raises(RemoteCaller):
        check(remote_address=address)


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "x-envoy-external-address",
    ],
)
def test_what_came_through_a_proxy_is_remote(header: str) -> None:
    """Also where it says that it came from this machine: anybody can say that."""
    with pytest.raises(RemoteCaller):
        check(headers={header: "127.0.0.1"})


@pytest.mark.parametrize("header", ["x-forward", "viaduct", "x-request-id", "client-ip-x"])
def test_other_headers_are_no_proxy(header: str) -> None:
    check(headers={header: "127.0.0.1"})


NAVIGATES = {"sec-fetch-mode": "navigate"}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", {"sec-fetch-site": "same-origin"}),
        ("POST", {"sec-fetch-site": "none"}),
        ("POST", {"origin": "http://127.0.0.1:8000"}),
        # Following a link from another site's page only reads.
        ("GET", {"sec-fetch-site": "cross-site"} | NAVIGATES),
        ("HEAD", {"sec-fetch-site": "same-site"} | NAVIGATES),
    ],
)
def test_our_own_pages_are_served(method: str, headers: dict[str, str]) -> None:
    check(method=method, headers=headers)


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}),
        # Another port of this machine is the same site, and another origin.
        ("POST", {"sec-fetch-site": "same-site"}),
        ("POST", {"sec-fetch-site": "cross-site"} | NAVIGATES),
        ("DELETE", {"sec-fetch-site": "cross-site"}),
        ("POST", {"sec-fetch-site": "nonsense"}),
        ("POST", {"origin": "null"}),
        ("GET", {"origin": "null"}),
        ("POST", {"origin": ""}),
        ("POST", {"origin": "http://evil.example"}),
        ("POST", {"origin": "http://127.0.0.1:3000"}),
        ("POST", {"origin": "http://127.0.0.1:8000.evil.example"}),
        ("POST", {"origin": "http://localhost:8000"}),
        ("POST", {"origin": "127.0.0.1:8000"}),
        ("GET", {"origin": "http://evil.example"} | NAVIGATES),
    ],
)
def test_another_sites_page_is_refused(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(CrossSiteRequest):
        check(method=method, headers=headers)


@each_way_in
@pytest.mark.django_db
class TestDoor:
    """The same through the middleware: in our words, in each route's form, with nothing changed."""

    @pytest.mark.parametrize(
        ("environ", "status", "code"),
        [
            ({"REMOTE_ADDR": "203.0.113.9"}, 403, "remote_caller"),
            ({"REMOTE_ADDR": ""}, 403, "remote_caller"),
            ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403, "remote_caller"),
            ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403, "cross_site_request"),
            ({"HTTP_ORIGIN": "http://evil.example"}, 403, "cross_site_request"),
            ({"HTTP_HOST": "evil.example"}, 400, "bad_host"),
            ({"HTTP_HOST": "127.0.0.1.evil.example"}, 400, "bad_host"),
            ({"HTTP_HOST": "localhost:x"}, 400, "bad_host"),
            ({"HTTP_HOST": "localhost,evil.example"}, 400, "bad_host"),
            ({"HTTP_HOST": ""}, 400, "bad_host"),
        ],
    )
    def test_refuses(
        self, api: Api, environ: dict[str, str], status: int, code: str, quiet: None
    ) -> None:
        terms = {"seller": "1", "buyer": "2", "goods": 1, "coins": 1}
        for path, body in ((PLAYERS, {}), ("/api/v1/trades", terms)):
            refused = api.post(path, body, **environ)
            assert (refused.status_code, refused.json()["code"]) == (status, code)
            assert refused.headers["Content-Type"] == "application/problem+json"
        fields = "sellID=1&buyID=2&amount=1&price=1"
        for line in (
            api.post("/player/", [{"coins": 1, "goods": 1}], **environ),
            api.form("/player/trade", fields, **environ),
        ):
            assert line.status_code == status
            assert line.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert line.content.decode() == refused.json()["detail"]
        assert not any(state())

    @pytest.mark.parametrize(
        "path",
        ["/livez", "/readyz", "/api/docs", "/api/openapi.json", "/static/ninja/favicon.svg", "/"],
    )
    def test_guards_every_path(self, api: Api, path: str) -> None:
        assert api.get(path, REMOTE_ADDR="203.0.113.9").status_code == 403
        assert api.get(path, HTTP_HOST="evil.example").status_code == 400

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
    def test_serves_this_machines_names(self, api: Api, host: str) -> None:
        origin = {"HTTP_ORIGIN": f"http://{host}", "HTTP_SEC_FETCH_SITE": "same-origin"}

        assert api.post(PLAYERS, {}, HTTP_HOST=host, **origin).status_code == 201

    def test_serves_over_ipv6(self, api: Api) -> None:
        assert api.post(PLAYERS, {}, REMOTE_ADDR="::1", HTTP_HOST="[::1]:8000").status_code == 201
