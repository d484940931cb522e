"""The hot routes answer what their views answer, byte by byte, header by header, row by row.

Each request is sent to the ASGI application and, with every row as it was before, through Django.
Nothing in the answers is made alike: the clock stands still, and so does the maker of ids.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.api import hot_requests as table
from tests.api.conftest import Api, restore, state
from tests.api.hot_requests import Hot
from tests.api.ways import AsgiClient, Loop, wire
from tradepost.api import present
from tradepost.config import logs
from tradepost.txn import attempt

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "quiet", "still"),
]

NOW = dt.datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=dt.UTC)
Pair = tuple[int, int]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands still, and ids that are all the same."""
    clock = SimpleNamespace(time=NOW)
    clock.now = lambda: clock.time
    monkeypatch.setattr(attempt, "timezone", clock)
    monkeypatch.setattr(logs, "random", SimpleNamespace(getrandbits=lambda _bits: 7))
    return clock


@dataclass(frozen=True)
class Answered:
    """An answer, and what the request left behind."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes
    rows: list[list[tuple[Any, ...]]]

    def __str__(self) -> str:
        return f"{self.status} {self.headers} {self.content[:300]!r} {self.rows}"[:3000]


class Ways:
    """Sends a request both ways.

    Attributes:
        to_django: How often the application left the last request to Django.
    """

    def __init__(self, loop: Loop, pair: Pair) -> None:
        self.loop = loop
        self.pair = pair
        self.client = Client(raise_request_exception=False)
        self.before = state()
        self.to_django = 0

    def compare(self, requests: Mapping[str, Hot]) -> list[str]:
        """Return what is not as it should be, of each request."""
        wrong = []
        for name, request in requests.items():
            by_hand = self._all(request, self._over_asgi)
            if request.is_hot is not (self.to_django == 0):
                wrong.append(f"{name}: answered by {'Django' if self.to_django else 'hand'}")
            by_django = self._all(request, self._through_django)
            if by_hand != by_django:
                wrong.append(f"{name}: {by_hand}\n  Django: {by_django}")
        return wrong

    def _all(self, request: Hot, send: Any) -> Answered:
        for earlier in request.before:
            send(earlier)
        self.to_django = 0
        status, headers, content = send(request)
        rows = state()
        if rows != self.before:
            restore(self.before)
        return Answered(status, sorted(headers), content, rows)

    def _over_asgi(self, request: Hot) -> tuple[int, list[tuple[str, str]], bytes]:
        body = request.filled(self.pair)
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": request.method,
            "path": request.path,
            "raw_path": request.path.encode(),
            "query_string": request.query.encode(),
            "headers": [(wire(name), wire(text)) for name, text in request.pairs(body)],
            "client": (request.caller, 50_000) if request.caller else None,
            "server": ("127.0.0.1", 8000),
        }
        sent = self.loop.ask(scope, body)
        return sent.status, sent.headers, sent.content

    def _through_django(self, request: Hot) -> tuple[int, list[tuple[str, str]], bytes]:
        body = request.filled(self.pair)
        environ: dict[str, Any] = {}
        for name, text in request.pairs(body):
            key = name.upper().replace("-", "_")
            key = key if key.startswith("CONTENT_") and key != "CONTENT_ENCODING" else f"HTTP_{key}"
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        answer = self.client.request(
            REQUEST_METHOD=request.method,
            PATH_INFO=request.path,
            QUERY_STRING=request.query,
            REMOTE_ADDR=request.caller or "",
            SERVER_NAME="127.0.0.1",
            SERVER_PORT="8000",
            **environ,
            **{"wsgi.input": io.BytesIO(body)},
        )
        headers = [(name.lower(), text) for name, text in answer.headers.items()]
        return answer.status_code, headers, answer.content


@pytest.fixture
def ways(committed: None, loop: Loop, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Ways:
    found = Ways(loop, pair)
    django = loop.application.django
    answer = django.answer

    async def counted(*arguments: Any) -> Any:
        found.to_django += 1
        return await answer(*arguments)

    monkeypatch.setattr(django, "answer", counted)
    return found


def test_what_is_done_or_refused_by_the_business(ways: Ways) -> None:
    assert ways.compare(table.ANSWERED) == []


@pytest.mark.once
def test_what_cannot_be_read(ways: Ways) -> None:
    assert ways.compare(table.UNREADABLE) == []


@pytest.mark.once
def test_what_is_not_plain(ways: Ways) -> None:
    assert ways.compare(table.ODD) == []


@pytest.mark.parametrize("execution", ["group", "direct"])
def test_however_it_is_executed(ways: Ways, settings: Any, execution: str) -> None:
    settings.TXN_EXECUTION = execution
    plain = {name: request for name, request in table.ANSWERED.items() if "key" in name}

    assert ways.compare(plain | {"plain": table.PLAIN}) == []


@pytest.mark.parametrize("microsecond", [0, 1, 400, 999, 1000, 120000, 999999])
def test_times(ways: Ways, still: SimpleNamespace, microsecond: int) -> None:
    """With a fraction or without one."""
    still.time = NOW.replace(microsecond=microsecond)

    assert ways.compare({"plain": table.PLAIN}) == []


@pytest.mark.parametrize("microsecond", [0, 1, 999, 1000, 999999])
def test_a_trade_has_one_time_wherever_it_is_told(
    pair: Pair, loop: Loop, still: SimpleNamespace, microsecond: int
) -> None:
    """Made alone, in a batch, over either way in; replayed, found again, told by its receipt."""
    still.time = NOW.replace(microsecond=microsecond)
    key = {"Idempotency-Key": "a"}
    terms = {"seller": str(pair[0]), "buyer": str(pair[1]), "goods": 1, "coins": 1}
    many = {"trades": [terms | {"key": "a"}, terms | {"key": "b"}]}
    hot, django = Api(AsgiClient(loop)), Api()

    made = hot.post(table.TRADES, terms, headers=key)
    results = django.post(f"{table.TRADES}/batch", many).json()["results"]

    times = {
        "hot": made.json()["at"],
        "found": django.get(made.headers["Location"]).json()["at"],
        "replayed": django.post(table.TRADES, terms, headers=key).json()["at"],
        "in a batch": results[0]["trade"]["at"],
        "made in a batch": results[1]["trade"]["at"],
        "receipt": django.get("/api/v1/receipts/a").json()["outcome"]["at"],
        "applied": django.get("/api/v1/receipts/a").json()["applied_at"],
        "listed": django.get(f"{table.TRADES}?player={pair[0]}").json()["items"][0]["at"],
    }
    assert set(times.values()) == {made.json()["at"]}, times


@pytest.mark.once
class TestTheComparison:
    """It would find what differs."""

    def test_finds_another_header(self, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
        application = ways.loop.application
        monkeypatch.setattr(application, "_common", application._common[1:])

        assert len(ways.compare({"plain": table.PLAIN, "form": table.PLAIN_FORM})) == 2

    def test_finds_another_byte(self, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
        """The framework writes the time of its own view by itself."""
        monkeypatch.setattr(present, "written", lambda trade: trade)

        assert len(ways.compare({"plain": table.PLAIN})) == 1

    def test_finds_another_row(self, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tradepost.api.hot.calls.LOCAL_ACTOR", "somebody")
        trading = {"plain": table.PLAIN}
        assert ways.compare(trading) == []

        monkeypatch.setattr("tradepost.api.hot._key", lambda *_: None)
        assert len(ways.compare({"key": table.ANSWERED["key, JSON"]})) == 1

    def test_finds_who_answered(self, ways: Ways) -> None:
        """Both, where it is not as the table says."""
        odd = table.Hot(body=table.PLAIN.body, query="dry_run=true", is_hot=True)
        plain = table.Hot(body=table.PLAIN.body, is_hot=False)

        assert ways.compare({"odd": odd, "plain": plain}) == [
            "odd: answered by Django",
            "plain: answered by hand",
        ]
