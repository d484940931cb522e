"""X-Request-ID and the security headers: in every answer, whoever made it."""

from __future__ import annotations

import logging
import re
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application

from tests.api.commands import V1
from tests.api.conftest import Api
from tests.api.ways import each_way_in
from tradepost.config.logs import LineFormatter
from tradepost.trading import queries

LINE = re.compile(
    r"[-0-9]{10} [:0-9]{8},[0-9]{3} [A-Z]+ (?P<id>\S+) (?P<logger>(?!django\.db)\S+): (?P<text>.*)"
)
PATHS = (
    f"{V1}/players",
    f"{V1}/players/0",
    f"{V1}/nothing",
    "/nothing",
    "/player/count",
    "/player/0",
    "/livez",
    "/readyz",
    "/api/docs",
    "/api/openapi.json",
    "/static/ninja/favicon.svg",
    "/static/nothing",
)


@each_way_in
@pytest.mark.django_db
class TestRequestId:
    """The id: the caller's where it is harmless, else ours."""

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("method", ["GET", "PUT", "TRACE"])
    def test_is_in_every_answer(self, api: Api, method: str, path: str) -> None:
        given = api(method, path, HTTP_X_REQUEST_ID="abc-1.2_3")
        made = api(method, path)

        assert given.headers["X-Request-ID"] == "abc-1.2_3"
        assert len(made.headers["X-Request-ID"]) == 32

    @pytest.mark.parametrize(
        ("environ", "status"),
        [
            ({"HTTP_HOST": "evil.example"}, 400),
            ({"REMOTE_ADDR": "203.0.113.9"}, 403),
            ({"HTTP_ORIGIN": "null"}, 403),
            ({"CONTENT_LENGTH": "104857600"}, 413),
        ],
    )
    def test_is_in_every_refusal_of_the_door(
        self, api: Api, environ: dict[str, str], status: int
    ) -> None:
        for path in PATHS:
            answer = api("POST", path, **{"HTTP_X_REQUEST_ID": "abc", **environ})
            assert (answer.status_code, answer.headers["X-Request-ID"]) == (status, "abc")

    @pytest.mark.parametrize("given", ["", "a b", "a" * 65, "é", "a\r\nb", "<b>"])
    def test_is_our_own_where_the_callers_could_forge_a_log_line(
        self, api: Api, given: str
    ) -> None:
        made = api.get("/livez", HTTP_X_REQUEST_ID=given).headers["X-Request-ID"]

        assert made != given
        assert len(made) == 32


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_every_answer_keeps_the_security_headers(api: Api, method: str, path: str) -> None:
    """Also those of the framework that were dressed as ours."""
    answer = api(method, path)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PATHS[:-2], "/static/nothing"])
def test_head_sends_the_headers_of_get_and_no_body(api: Api, path: str) -> None:
    """The server is not left to drop it (Django's test client would)."""
    environ: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": "HEAD"}
    setup_testing_defaults(environ)
    told: dict[str, str] = {}

    body = get_wsgi_application()(
        environ | {"REMOTE_ADDR": "127.0.0.1"},
        lambda _status, headers: told.update(headers),
    )

    assert b"".join(body) == b""
    assert told["Content-Length"] == api.get(path).headers["Content-Length"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"), [("/livez", 200), ("/nothing", 404), ("/player/count", 500)]
)
def test_every_log_line_has_it(
    api: Api,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    status: int,
) -> None:
    """And one line tells the request."""
    monkeypatch.setattr(queries, "count_players", lambda: 1 / 0)

    monkeypatch.setattr(caplog.handler, "formatter", LineFormatter())
    with caplog.at_level(logging.INFO):
        api.get(path, HTTP_X_REQUEST_ID="abc")

    heads = [LINE.fullmatch(line) for line in caplog.text.splitlines() if LINE.match(line)]
    assert {head["id"] for head in heads if head} == {"abc"}
    told = [head["text"] for head in heads if head and head["logger"] == "tradepost.request"]
    assert [line.rpartition(" ")[0] for line in told] == [f"GET {path} {status}"]
