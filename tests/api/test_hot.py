"""The hot routes on the event loop: full, stopped, cut off, mistaken; and their log lines."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest

from tests.api.conftest import Api, state
from tests.api.hot_requests import FORM, TRADES, form_body, json_body
from tests.api.ways import Loop, ServedClient, scope_of
from tests.execution import execute_alone
from tradepost import txn
from tradepost.api import hot
from tradepost.config.bridge import Bridge
from tradepost.config.logs import LineFormatter
from tradepost.txn import committer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed"),
]
Pair = tuple[int, int]
ROUTES = [(TRADES, json_body(), "application/json"), ("/player/trade", form_body(), FORM)]
each_route = pytest.mark.parametrize(("path", "body", "kind"), ROUTES, ids=["JSON", "form"])


@pytest.fixture
def api(loop: Loop) -> Api:
    return Api(ServedClient(loop))


@pytest.fixture(params=["group", "alone"])
def execution(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the committer, or in a thread."""
    if request.param == "alone":
        execute_alone(monkeypatch)


def filled(body: bytes, pair: Pair) -> bytes:
    return body.replace(b"<s>", b"%d" % pair[0]).replace(b"<b>", b"%d" % pair[1])


@each_route
class TestTooMuch:
    """503, to be tried again."""

    def check(self, api: Api, pair: Pair, path: str, body: bytes, kind: str) -> None:
        before = state()
        answer = api.post(path, raw=filled(body, pair), kind=kind)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert b"Too many requests are waiting to be committed" in answer.content
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.headers["X-Request-ID"]) == 32
        if path == TRADES:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert (answer.json()["code"], answer.json()["retryable"]) == ("busy", True)
        assert state() == before

    def test_a_full_queue(
        self,
        api: Api,
        pair: Pair,
        monkeypatch: pytest.MonkeyPatch,
        quiet: None,
        path: str,
        body: bytes,
        kind: str,
    ) -> None:
        monkeypatch.setattr(committer, "QUEUE_MAX", 0)

        self.check(api, pair, path, body, kind)

    def test_a_committer_that_was_stopped(
        self, api: Api, pair: Pair, quiet: None, path: str, body: bytes, kind: str
    ) -> None:
        committer.committer("default")
        txn.stop_committers()

        self.check(api, pair, path, body, kind)


def fail(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("the secret")


def submit(patch: pytest.MonkeyPatch, _path: str) -> None:
    patch.setattr(txn, "submit", fail)


def enter(patch: pytest.MonkeyPatch, _path: str) -> None:
    patch.setattr(hot, "enter", fail)


def read(patch: pytest.MonkeyPatch, path: str) -> None:
    patch.setitem(hot.COMMANDS, path, replace(hot.COMMANDS[path], read=fail))


def present(patch: pytest.MonkeyPatch, path: str) -> None:
    patch.setitem(hot.COMMANDS, path, replace(hot.COMMANDS[path], present=fail))


@each_route
@pytest.mark.parametrize("part", [read, enter, submit, present])
def test_a_mistake_of_ours_is_logged_and_not_told(
    api: Api,
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    part: Callable[[pytest.MonkeyPatch, str], None],
    path: str,
    body: bytes,
    kind: str,
) -> None:
    """Once, wherever it happens: Django is not asked to meet it again."""
    part(monkeypatch, path)
    monkeypatch.setattr(Bridge, "answer", None)

    answer = api.post(path, raw=filled(body, pair), kind=kind, headers={"X-Request-ID": "abc"})

    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "abc")
    assert b"secret" not in answer.content
    assert b"request id" in answer.content
    logged = [record for record in caplog.records if record.exc_info]
    assert [str(record.exc_info[1]) for record in logged if record.exc_info] == ["the secret"]


@each_route
@pytest.mark.usefixtures("execution")
def test_every_log_line_has_the_request_s_id(
    api: Api,
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    body: bytes,
    kind: str,
) -> None:
    """And one line tells the request."""
    monkeypatch.setattr(caplog.handler, "formatter", LineFormatter())

    with caplog.at_level(logging.INFO, "tradepost"):
        for given in ("abc", "def"):
            answer = api.post(
                path, raw=filled(body, pair), kind=kind, headers={"X-Request-ID": given}
            )

    told = [line.split(" INFO ")[1].rpartition(" ")[0] for line in caplog.text.splitlines()]
    assert told == [
        f"{given} tradepost.request: POST {path} {answer.status_code}" for given in ("abc", "def")
    ]


@each_route
def test_who_went_away_has_traded_nothing(
    loop: Loop, pair: Pair, quiet: None, path: str, body: bytes, kind: str
) -> None:
    """The server drops the answer."""
    before, whole = state(), filled(body, pair)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(whole)),
    }

    for end in (0, 10, len(whole)):
        sent = loop.ask(scope_of(environ), whole[:end], ends=False)
        assert (sent.status, sent.content) == (400, b"")
    assert state() == before


def test_many_at_once_are_each_answered(
    loop: Loop, enlist: Callable[..., list[int]], quiet: None
) -> None:
    """Whoever waits gets their own answer; together they are few transactions."""
    seller, buyer = enlist(2, goods=1000)
    waiting = []
    for place in range(1, 101):
        body = filled(json_body(place, 0), (seller, buyer)) if place % 10 else b"{}"
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": TRADES,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
        }
        waiting.append((place, loop.begin(scope_of(environ), body)))

    for place, wait in waiting:
        sent = wait()
        if place % 10 == 0:
            assert sent.status == 400
        else:
            enough = sent.status == 201
            assert sent.status in (201, 409)
            asked = f'"goods": {place},' if enough else f'"required": {place},'
            assert asked.encode() in sent.content
