"""How a server handles requests byte by byte, on the hot routes and elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from tests.cli.served import Served, served
from tests.cli.wire import Wire, form_trade, request, trade

PLAYERS = '[{"coins":100,"goods":1000000},{"coins":100,"goods":1000000}]'
LOUD = re.compile(r"Traceback| ERROR |Exception|\[ERROR\]")
LIVE = request("GET", "/livez")
hot = pytest.mark.parametrize("hot", [trade, form_trade], ids=["JSON", "form"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve for all tests of this module, then stop cleanly, without a logged error."""
    with served(tmp_path_factory.mktemp("wire")) as found:
        found.post("/player/", PLAYERS)
        yield found
        assert found.interrupt() == 0
        loud = [line for line in found.printed().splitlines() if LOUD.search(line)]
        assert loud == []


@pytest.fixture
def wire(server: Served) -> Iterator[Wire]:
    with Wire(server.url) as found:
        yield found


def goods(server: Served) -> int:
    """Return how many goods the seller has."""
    found = re.search(rb'"goods": (\d+)', server.get("/player/1")[1])
    assert found
    return int(found[1])


@hot
def test_a_connection_is_kept(wire: Wire, hot: object) -> None:
    made = form_trade if hot is form_trade else trade
    expected = 200 if hot is form_trade else 201

    statuses = [wire.send(one).answer().status for one in (made(), LIVE, made(), LIVE)]

    assert statuses == [expected, 200, expected, 200]


@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
def test_the_body_of_a_request_for_an_upgrade_is_never_a_request(
    server: Served, wire: Wire, protocol: str
) -> None:
    """Smuggled bytes are read as the body of one request, and nothing is upgraded."""
    before, smuggled = goods(server), trade()
    lines = ("Connection: Upgrade", f"Upgrade: {protocol}", f"Content-Length: {len(smuggled)}")
    wire.send(request("GET", "/livez", b"", *lines), smuggled)
    assert wire.answer().status == 200
    assert wire.send(request("GET", "/nothing")).answer().status == 404
    assert goods(server) == before


def test_requests_sent_at_once_are_answered_in_their_order(wire: Wire) -> None:
    """Pipelined requests: hot ones, one of Django's, a refused one and one without a body."""
    given = [trade(), trade(9, 2), LIVE, form_trade(), request("HEAD", "/livez"), trade()]

    wire.send(*given)

    heads = [wire.answer(has_body=one != given[4]) for one in given]
    assert [one.status for one in heads] == [201, 404, 200, 200, 200, 201]
    assert heads[3].body == b"trade successful"
    # The later trade has the later number.
    numbers = [int(heads[place].headers["location"].split("-")[1]) for place in (0, 5)]
    assert numbers[0] < numbers[1]


def test_a_request_sent_byte_by_byte_is_answered(wire: Wire) -> None:
    for place in range(len(trade())):
        wire.send(trade()[place : place + 1])

    assert wire.answer().status == 201


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_connection_is_closed_on_demand(wire: Wire, version: str) -> None:
    asked = trade(1, 2, "Connection: close").replace(b"HTTP/1.1", f"HTTP/{version}".encode())

    assert wire.send(asked).answer().status == 201
    assert wire.ends()


@hot
def test_a_body_in_chunks_is_refused(wire: Wire, server: Served, hot: object) -> None:
    before = goods(server)
    head, _, body = (form_trade() if hot is form_trade else trade()).partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)

    answer = wire.send(head, b"\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)).answer()

    assert answer.status == 400
    assert b"it is not read in chunks" in answer.body
    assert goods(server) == before


@pytest.mark.parametrize("path", ["/api/v1/trades", "/player/trade", "/api/v1/players"])
def test_a_body_in_chunks_is_refused_before_it_ends(wire: Wire, path: str) -> None:
    """A server that waited for the end of such a body would read without a limit."""
    head = request("POST", path, b"", "Transfer-Encoding: chunked")

    answer = wire.send(head, b"5\r\nhello\r\n").answer()

    assert answer.status == 400


@pytest.mark.parametrize("path", ["/api/v1/trades", "/player/trade", "/api/v1/players"])
def test_a_body_that_is_too_long_is_refused_before_it_comes(wire: Wire, path: str) -> None:
    too_long = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    head = request("POST", path, b"", f"Content-Length: {too_long}")

    answer = wire.send(head).answer()

    assert answer.status == 413
    assert str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE).encode() in answer.body


@hot
def test_who_waits_for_a_100_gets_it(wire: Wire, hot: object) -> None:
    made = form_trade if hot is form_trade else trade
    head, _, body = made(*(() if made is form_trade else (1, 2)), "Expect: 100-continue").partition(
        b"\r\n\r\n"
    )

    assert wire.send(head, b"\r\n\r\n").answer().status == 100
    assert wire.send(body).answer().status == (200 if made is form_trade else 201)


def test_who_waits_for_a_100_with_too_much_is_refused(wire: Wire) -> None:
    """At once, without reading the body."""
    too_long = f"Content-Length: {settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1}"

    answer = wire.send(request("POST", "/player/", b"", too_long, "Expect: 100-continue")).answer()

    assert answer.status == 413


@hot
def test_who_goes_away_in_mid_body_has_traded_nothing(server: Served, hot: object) -> None:
    """Wherever the connection ends; the fixture checks that no error was logged."""
    before = goods(server)
    whole = form_trade() if hot is form_trade else trade()
    start = whole.index(b"\r\n\r\n") + 4

    for end in range(start, len(whole)):
        with Wire(server.url) as wire:
            wire.send(whole[:end])

    with Wire(server.url) as wire:
        assert wire.send(LIVE).answer().status == 200
    assert goods(server) == before


@pytest.mark.parametrize("name", ["X_Forwarded_For", "Idempotency_Key", "X_REQUEST_ID"])
@hot
def test_a_header_with_an_underscore_is_nothing(wire: Wire, name: str, hot: object) -> None:
    """Some servers treat an underscore like a hyphen."""
    line = f"{name}: again"
    asked = form_trade(line) if hot is form_trade else trade(1, 2, line)

    answers = [wire.send(asked).answer() for _ in range(2)]

    assert [one.status for one in answers] == ([200, 200] if hot is form_trade else [201, 201])
    assert all("idempotency-replayed" not in one.headers for one in answers)
    assert all(one.headers["x-request-id"] != "again" for one in answers)


@hot
def test_the_one_with_a_hyphen_is_something(wire: Wire, hot: object) -> None:
    line = "X-Forwarded-For: 127.0.0.1"

    answer = wire.send(form_trade(line) if hot is form_trade else trade(1, 2, line)).answer()

    assert answer.status == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/nothing", "/api/%00", "/api/v1/tr%C3%A4des", "/x%0d%0aSet-Cookie:a"),
        *("/player/1%2F2", "/api/v1/trades%2F", "/%2e%2e/etc/passwd", "/player/%E2%80%AE", "/a//b"),
        *(
            "/api/v1/players/%FF",
            "/player/99",
            "/api/v1/trades;a",
            "/static/..%2f..%2fetc%2fpasswd",
        ),
    ],
)
def test_a_path_is_answered_as_the_test_client_is(wire: Wire, path: str) -> None:
    asked = f"{path}?a=%FF&b=é" if path == "/nothing" else path
    given = wire.send(request("GET", asked.replace("é", "%C3%A9"))).answer()
    if path.startswith(("/player/", "/api/v1/players/")):
        # These ask the database, which is another one here.
        assert given.status == 404
        return

    expected = Client().get(path)

    assert (given.status, given.body) == (404, expected.content)
    assert given.headers["content-type"] == expected.headers["Content-Type"]


def test_a_path_that_is_not_utf8_is_not_found(wire: Wire) -> None:
    assert wire.send(request("GET", "/%ff%fe")).answer().status == 404


def test_an_escaped_hot_path_is_the_hot_path(wire: Wire) -> None:
    answer = wire.send(trade().replace(b"/trades", b"/tr%61des")).answer()

    assert answer.status == 201


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /caf\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        request("POST", "/api/v1/trades", b"", "Content-Length: -1"),
        request("POST", "/api/v1/trades", b"", "Content-Length: 1", "Content-Length: 2"),
        request("POST", "/api/v1/trades", b"", "Content-Length: 1", "Transfer-Encoding: chunked"),
        b"GET /livez HTTP/1.1\r\nHost : localhost\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_closed(
    wire: Wire, rubbish: bytes
) -> None:
    """Two lengths, too, which two servers could interpret differently."""
    assert wire.send(rubbish).answer().status == 400


def test_the_docs_and_their_files_are_served(server: Served) -> None:
    status, page = server.get("/api/docs")
    linked = re.findall(r"""(?:src|href)="(/static/[^"]+)\"""", page.decode())

    assert (status, len(linked)) == (200, 5)
    for path in linked:
        status, content = server.get(path)
        assert status == 200
        assert len(content) > 100


@hot
def test_a_hot_answer_has_its_headers(wire: Wire, hot: object) -> None:
    """Each header once, and the same headers as Django's responses."""
    line = "X-Request-ID: abc-1"
    own = wire.send(form_trade(line) if hot is form_trade else trade(1, 2, line)).answer()
    django = wire.send(request("GET", "/player/count", b"", line)).answer()

    assert own.headers["x-request-id"] == "abc-1"
    assert own.headers.keys() - {"location"} == django.headers.keys()
    assert own.headers["server"] == "Tradepost"
