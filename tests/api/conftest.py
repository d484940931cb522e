"""What the tests of the API use: a client, players to act on, the whole state of the database."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests.api.commands import Cast
from tests.api.ways import AsgiClient, Loop, running
from tests.toy.clocks import use_clock
from tradepost.config import logs
from tradepost.engines import Engine
from tradepost.shop import customers, orders, products
from tradepost.shop.models import Customer, Order, OrderLine, PriceEntry, Product, StockEntry
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.trading.models import Entry, Player
from tradepost.txn.models import Receipt

JSON = "application/json"
NOTHING = object()
# Where the clock of `still` stands.
NOW = dt.datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=dt.UTC)
# Every table that a request could change.
TABLES = (Player, Entry, Customer, Product, StockEntry, PriceEntry, Order, OrderLine, Receipt)


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
        return [one.id for one in players.create(new, actor="test").answer]

    return make


@pytest.fixture
def pair(enlist: Callable[..., list[int]]) -> tuple[int, int]:
    """Two players with 100 coins and 20 goods each."""
    seller, buyer = enlist(2)
    return seller, buyer


@pytest.fixture
def cast(pair: tuple[int, int]) -> Cast:
    """The same two, and a customer ann (uid 7) who ordered 2 of 20 lamps at 12.50."""
    lamp = products.add("Lamp", from_cents(1250), stock=20, actor="test").answer.id
    order = orders.purchase(Buyer(username="ann", uid=7), LineRequest(lamp, 2), actor="test").answer
    return Cast(*pair, customer=order.customer_id, product=lamp, order=order.id)


@pytest.fixture
def clientele(db: None) -> list[dict[str, Any]]:
    """Customers who are told apart bytewise, each with an order, and every other with two."""
    lamp = products.add("Lamp", from_cents(1250), stock=None, actor="test").answer.id
    found = []
    for place, name in enumerate(("ann", "Ann", "ann ", "änn", "a\u0308nn", "😀", "\uff21NN")):
        one = customers.register(name, username=name, uid=2**62 + place, actor="test").answer
        buyer = Buyer(id=one.id)
        first = orders.purchase(buyer, LineRequest(lamp), actor="test").answer.id
        if place % 2:
            orders.purchase(buyer, LineRequest(lamp), actor="test")
            orders.cancel(first, actor="test")
        found.append(dataclasses.asdict(one))
    return found


def state() -> list[list[tuple[Any, ...]]]:
    """Return every row that a request could change."""
    return [list(model._default_manager.order_by("pk").values_list()) for model in TABLES]


def restore(rows: list[list[tuple[Any, ...]]]) -> None:
    """Make every row as it was when `state` returned these."""
    for model, found in zip(TABLES, rows, strict=True):
        model._default_manager.all().delete()
        names = [field.attname for field in model._meta.concrete_fields]
        made = [model(**dict(zip(names, row, strict=True))) for row in found]
        model._default_manager.bulk_create(made)
        if any(getattr(field, "auto_now", False) for field in model._meta.fields):
            # Django writes the times of a creation by itself.
            for one, row in zip(made, found, strict=True):
                model._default_manager.filter(pk=one.pk).update(
                    **dict(zip(names, row, strict=True))
                )


@pytest.fixture
def fresh(transactional_db: None, engine: Engine) -> None:
    """A database as the migrations leave it: no rows, and ids that count from 1."""
    call_command("flush", interactive=False, verbosity=0)
    if engine.count_from_one:
        # Django resets the sequences that it made; these our migrations made.
        with connection.cursor() as cursor:
            for model in (Player, Customer, Product, Order):
                cursor.execute(f"SELECT setval('{model._meta.db_table}_id_seq', 1, false)")


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands still, and ids that are all the same."""
    clock = SimpleNamespace(time=NOW)
    use_clock(monkeypatch, lambda: clock.time)
    monkeypatch.setattr(logs, "random", SimpleNamespace(getrandbits=lambda _bits: 7))
    return clock
