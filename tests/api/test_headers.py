"""What a caller says in headers: the idempotency key, and the patience."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections, transaction
from django.db.models import Model

from tests.api.commands import BY_NAME, COMMANDS, V1, Cast, Command
from tests.api.conftest import Api, state
from tests.api.sender import Sender
from tests.api.ways import over_each_way
from tradepost.shop.models import Order, Product
from tradepost.trading.models import Player

each_command = over_each_way("command", COMMANDS)

BAD_KEYS = [
    "",
    " ",
    '""',
    "a b",
    "a,b",
    "a, b",
    '"a","b"',
    'a"b',
    '"a',
    '"a\\b"',
    "k" * 256,
    f'"{"k" * 256}"',
    "ключ",
    "café",
    "a\x7f",
    "a\tb",
    # Spaces of Unicode are no spaces of HTTP.
    "a\x85",
    "\xa0a",
]
BAD_WAITS = ["", "=", "=-1", "=1.5", "=61", "=1000", "=x", "=\u0665", "=1 s", "=1;a", '="', "=0x1"]


@pytest.mark.django_db
class TestIdempotencyKey:
    """The key: what it is, and what a second request with it is answered."""

    @each_command
    def test_makes_a_second_request_a_replay(self, api: Api, cast: Cast, command: Command) -> None:
        """Answered 200, byte by byte as the first was, and nothing changes."""
        request = command.request(cast) | {"headers": {"Idempotency-Key": "again"}}
        made = api(**request)
        after = state()

        replayed = api(**request)

        assert (made.status_code, replayed.status_code) == (command.status, 200)
        assert "Idempotency-Replayed" not in made.headers
        assert replayed.headers["Idempotency-Replayed"] == "true"
        assert replayed.content == made.content
        for name in ("Location", "ETag"):
            assert replayed.headers.get(name) == made.headers.get(name)
        assert state() == after

    @each_command
    def test_without_a_key_a_second_request_is_another(
        self, api: Api, cast: Cast, command: Command
    ) -> None:
        api(**command.request(cast))
        after = state()

        again = api(**command.request(cast))

        assert "Idempotency-Replayed" not in again.headers
        assert again.status_code == (command.again or command.status)
        assert (state() == after) == (command.again is not None)

    @each_command
    def test_is_refused_with_another_request(self, api: Api, cast: Cast, command: Command) -> None:
        """Another body, or others in the path."""
        key = {"headers": {"Idempotency-Key": "again"}}
        other = command.request(cast, command.other)
        if command.other is None:
            other = command.request(cast.others())
        api(**command.request(cast), **key)
        after = state()

        refused = api(**other, **key)

        assert refused.status_code == 422
        assert b"'again' was used before, for another request" in refused.content
        assert state() == after

    def test_is_refused_on_another_route(self, api: Api, cast: Cast) -> None:
        """Though the same is done: /player/ and /api/v1/players create players."""
        statuses = [
            api(**command.request(cast), headers={"Idempotency-Key": "again"}).status_code
            for command in COMMANDS
        ]

        assert statuses == [201] + [422] * (len(COMMANDS) - 1)

    @pytest.mark.parametrize(
        "command",
        [command for command in COMMANDS if command.is_v1],
        ids=lambda command: command.name,
    )
    def test_is_replayed_to_a_dry_run(self, api: Api, cast: Cast, command: Command) -> None:
        """What would happen is that nothing more does; the documents know no dry run."""
        request = command.request(cast) | {"headers": {"Idempotency-Key": "again"}}
        made = api(**request)
        request["path"] += "?dry_run=true"

        tried = api(**request)

        assert (tried.status_code, tried.content) == (200, made.content)
        assert tried.headers["Idempotency-Replayed"] == "true"
        assert "Dry-Run" not in tried.headers

    @each_command
    def test_is_refused_where_it_cannot_be_read(
        self, api: Api, cast: Cast, command: Command, quiet: None
    ) -> None:
        sender = Sender(api, cast)
        told = "Idempotency-Key takes one key of 1 to 255 visible ASCII"
        for key in BAD_KEYS:
            request = command.request(cast) | {"HTTP_IDEMPOTENCY_KEY": key}
            sender.expect(repr(key), request, 400, names=[told])

        assert sender.wrong == []

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("a", '"a"'),
            (" a ", "a"),
            ('"\\"\\\\"', '"\\"\\\\"'),
            ("k" * 255, f'"{"k" * 255}"'),
            ('"a,b"', '"a,b"'),
        ],
    )
    def test_is_the_same_bare_and_quoted(self, api: Api, first: str, second: str) -> None:
        made = api.post(f"{V1}/players", {}, headers={"Idempotency-Key": first})
        replayed = api.post(f"{V1}/players", {}, headers={"Idempotency-Key": second})

        assert (made.status_code, replayed.status_code) == (201, 200)
        assert replayed.content == made.content

    @pytest.mark.engine
    def test_is_told_apart_byte_by_byte(self, api: Api) -> None:
        keys = ["key", "Key", "KEY", "key_", "key-"]
        made = [
            api.post(f"{V1}/players", {}, headers={"Idempotency-Key": key}).status_code
            for key in keys
        ]

        assert made == [201] * len(keys)

    def test_stays_free_after_a_refusal(self, api: Api, pair: tuple[int, int]) -> None:
        headers = {"Idempotency-Key": "again"}
        path = f"{V1}/players/{pair[0]}/adjustments"

        refused = api.post(path, {"coins": -101, "reason": "why"}, headers=headers)
        made = api.post(path, {"coins": -100, "reason": "why"}, headers=headers)

        assert (refused.status_code, made.status_code) == (409, 201)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_means_nothing_to_a_read(self, api: Api, method: str) -> None:
        assert api(method, f"{V1}/players", HTTP_IDEMPOTENCY_KEY="a b").status_code == 200


def test_two_keys_are_refused(live_server: Any) -> None:
    """A server makes one header of two, with a comma between."""
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=10)
    connection.putrequest("POST", f"{V1}/players")
    connection.putheader("Idempotency-Key", "a")
    connection.putheader("Idempotency-Key", "b")
    connection.putheader("Content-Length", "2")
    connection.endheaders(b"{}")

    response = connection.getresponse()

    assert response.status == 400
    assert b"takes one key" in response.read()
    connection.close()


@pytest.mark.django_db
class TestPrefer:
    """`Prefer: wait=N`."""

    @each_command
    def test_is_refused_where_the_wait_cannot_be_read(
        self, api: Api, cast: Cast, command: Command, quiet: None
    ) -> None:
        sender = Sender(api, cast)
        told = "Prefer: wait=N takes whole seconds from 0 to 60"
        for wait in BAD_WAITS:
            request = command.request(cast) | {"HTTP_PREFER": f"wait{wait}"}
            sender.expect(wait, request, 400, names=[told])

        assert sender.wrong == []

    @pytest.mark.parametrize(
        "wish",
        ["wait=0", "wait=60", "Wait = 5", 'wait="5"', "return=minimal", "return=minimal, wait=1"],
    )
    def test_is_taken(self, api: Api, cast: Cast, wish: str) -> None:
        """Wishes of other names are passed over (RFC 7240)."""
        for command in COMMANDS:
            if command.again is None:
                answer = api(**command.request(cast), headers={"Prefer": wish})
                assert answer.status_code == command.status

    @pytest.mark.parametrize("wish", ["", ",", "wait=0, wait=x", "waiting=x", "\x80"])
    def test_the_first_wait_counts(self, api: Api, wish: str) -> None:
        assert api.post(f"{V1}/players", {}, HTTP_PREFER=wish).status_code == 201


@contextmanager
def held(row: Model) -> Iterator[None]:
    """Another connection holds a row, until the end."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                type(row)._default_manager.select_for_update().get(pk=row.pk)
                held.set()
                done.wait(timeout=60)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(timeout=30)
        yield
    finally:
        done.set()
        holder.join(timeout=30)


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("row", "name"),
    [
        (
            lambda cast: Player.objects.get(pk=cast.seller),
            f"POST {V1}/players/{{seller}}/adjustments",
        ),
        (lambda cast: Product.objects.get(pk=cast.product), f"POST {V1}/purchases"),
        (lambda cast: Order.objects.get(pk=cast.order), f"POST {V1}/orders/{{order}}/cancel"),
    ],
    ids=["player", "product", "order"],
)
def test_who_would_not_wait_is_told_at_once(
    api: Api, cast: Cast, row: Callable[[Cast], Model], name: str
) -> None:
    """Locked is not a business refusal, such as out of stock: 423, and to be tried again."""
    before, command = state(), BY_NAME[name]

    with held(row(cast)):
        answer = api(**command.request(cast), headers={"Prefer": "wait=0"})

    told = answer.json()
    assert (answer.status_code, told["code"], told["retryable"]) == (423, "locked", True)
    assert answer.headers["Retry-After"] == "1"
    assert told["wait_s"] == 0
    assert state() == before
    assert api(**command.request(cast)).status_code == command.status
