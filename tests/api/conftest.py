"""What the tests of the API use: a client, players to act on, the whole state of the database."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests.api.ways import AsgiClient, Loop, running
from tradepost.engines import Engine
from tradepost.trading import players
from tradepost.trading.models import Entry, Player
from tradepost.trading.players import NewPlayer
from tradepost.txn.models import Receipt

JSON = "application/json"
NOTHING = object()


class Api:
    """Django's test client, for JSON: a call answers the response, `.json()` its body."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()

    @property
    def shares_transaction(self) -> bool:
        """Whether a request is served inside the test's own transaction."""
        return not isinstance(self.client, AsgiClient)

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = NOTHING,
        *,
        raw: bytes | str = b"",
        kind: str = JSON,
        headers: dict[str, str] | None = None,
        **environ: Any,
    ) -> Any:
        """Send a request with a JSON body, or with a raw one."""
        data = raw if body is NOTHING else json.dumps(body)
        answer = self.client.generic(method, path, data, kind, headers=headers, **environ)
        if answer.streaming:
            # A static file: nobody reads it here.
            answer.close()
        return answer

    def get(self, path: str, **more: Any) -> Any:
        return self("GET", path, **more)

    def post(self, path: str, body: Any = NOTHING, **more: Any) -> Any:
        return self("POST", path, body, **more)

    def patch(self, path: str, body: Any = NOTHING, **more: Any) -> Any:
        return self("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> Any:
        return self("DELETE", path, **more)

    def form(self, path: str, fields: str, **more: Any) -> Any:
        """Send a form, as it is on the wire."""
        return self("POST", path, raw=fields, kind="application/x-www-form-urlencoded", **more)


@pytest.fixture(scope="session")
def loop(django_db_setup: None) -> Iterator[Loop]:
    """The ASGI application, on an event loop."""
    with running() as found:
        yield found


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Api:
    """The API: by Django's test client, or over the way in that the test names; see `ways`."""
    if getattr(request, "param", "client") == "client":
        return Api()
    request.getfixturevalue("committed")
    return Api(AsgiClient(request.getfixturevalue("loop")))


@pytest.fixture
def enlist(db: None) -> Callable[..., list[int]]:
    """Creates players and returns their ids."""

    def make(count: int = 1, *, coins: int = 100, goods: int = 20) -> list[int]:
        new = [NewPlayer(coins=coins, goods=goods)] * count
        return [one["id"] for one in players.create(new, actor="test").answer]

    return make


@pytest.fixture
def pair(enlist: Callable[..., list[int]]) -> tuple[int, int]:
    """Two players with 100 coins and 20 goods each."""
    seller, buyer = enlist(2)
    return seller, buyer


def state() -> list[list[tuple[Any, ...]]]:
    """Return every row that a request could change."""
    return [list(model.objects.order_by("pk").values_list()) for model in (Player, Entry, Receipt)]


def restore(rows: list[list[tuple[Any, ...]]]) -> None:
    """Make every row as it was when `state` returned these."""
    for model, found in zip((Player, Entry, Receipt), rows, strict=True):
        model._default_manager.all().delete()
        names = [field.attname for field in model._meta.concrete_fields]
        made = [model(**dict(zip(names, row, strict=True))) for row in found]
        model._default_manager.bulk_create(made)
        if model is Player:
            # Django writes the time of a creation by itself.
            for one, row in zip(made, found, strict=True):
                model._default_manager.filter(pk=one.pk).update(
                    **dict(zip(names, row, strict=True))
                )


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged as an error, and no traceback."""
    yield
    loud = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR or record.exc_info
    ]
    assert loud == []


@pytest.fixture
def fresh(transactional_db: None, engine: Engine) -> None:
    """A database as the migrations leave it: no rows, and ids that count from 1."""
    call_command("flush", interactive=False, verbosity=0)
    if engine.count_from_one:
        # Django resets the sequences that it made; this one our migration made.
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('player_id_seq', 1, false)")
