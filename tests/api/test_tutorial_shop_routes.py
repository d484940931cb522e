"""What every route of the shop's documents keeps: both slashes, HEAD, keys, patience, queries."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections, transaction

from tests.api.commands import FORM, Cast, Command
from tests.api.conftest import Api, state
from tests.api.test_queries import KEYED, sent
from tradepost.engines import Engine
from tradepost.shop import customers, orders, products
from tradepost.shop.models import Product
from tradepost.shop.rules import Buyer, LineRequest

BOTH = '{{"customer": {{"id": {customer}}}, "price": %s, "products": [{{"id": {product}}}]}}'


def command(method: str, path: str, raw: str = "", other: str | None = None, **more: Any) -> Any:
    found = Command(method=method, path=path, raw=raw, other=other, status=200, **more)
    return pytest.param(found, id=found.name)


COMMANDS = (
    command("POST", "/order/", BOTH % 1, BOTH % 2),
    command("PATCH", "/order/", '{{"oid": {order}, "price": 1}}', '{{"oid": {order}, "price": 2}}'),
    command("DELETE", "/order/", '{{"oid": {order}}}', again=404),
    command("PATCH", "/order/{order}/", '{{"price": 1}}', '{{"price": "2"}}'),
    command("DELETE", "/order/{order}/", again=404),
    command("POST", "/customer/", '{{"name": "ann"}}', '{{"name": "bob"}}'),
    command("PUT", "/customer/{customer}/", '{{"name": "ann"}}', '{{"name": "bob"}}'),
    command("DELETE", "/customer/{customer}/", again=404),
    command("POST", "/product/", '{{"name": "a", "price": 1}}', '{{"name": "a", "price": 2}}'),
    command("PUT", "/product/{product}/", '{{"price": 1}}', '{{"price": 2}}'),
    command("DELETE", "/product/{product}/", again=404),
)
each_command = pytest.mark.parametrize("command", COMMANDS)
READS = (
    *("/ping", "/order", "/order/{order}", "/order/999999999", "/order/none"),
    *("/customer", "/customer/{customer}", "/customer/999999999", "/customer/none"),
    *("/product", "/product/{product}", "/product/999999999", "/product/none"),
)
LISTS = {"customer": 1, "product": 1, "order": 2}
# Look for who and what is named otherwise than by id, lock by table, update, insert by table.
WRITES = {
    # Customer and product; the product; order, line, stock entry.
    "POST /order/": 6,
    # The order and its lines as they are; order, customer and product; the order.
    "PATCH /order/": 6,
    "PATCH /order/{order}/": 6,
    # The product, too, and its stock entry.
    "DELETE /order/": 8,
    "DELETE /order/{order}/": 8,
    "POST /customer/": 1,
    "PUT /customer/{customer}/": 2,
    "DELETE /customer/{customer}/": 2,
    # With the entry of its price.
    "POST /product/": 2,
    "PUT /product/{product}/": 3,
    "DELETE /product/{product}/": 2,
}


@pytest.mark.django_db
class TestEveryRoute:
    """Both forms of its path."""

    @pytest.mark.parametrize("path", READS)
    def test_a_read_answers_with_and_without_its_last_slash(
        self, api: Api, cast: Cast, path: str
    ) -> None:
        """And HEAD what GET does, without a body."""
        bare = path.format(**cast._asdict())

        found = [api(method, bare + end) for method in ("GET", "HEAD") for end in ("", "/")]

        assert {answer.status_code for answer in found} == {200}
        assert {answer.headers["Content-Length"] for answer in found} == {
            str(len(found[0].content))
        }
        assert [answer.content for answer in found] == [found[0].content] * 2 + [b"", b""]

    @each_command
    @pytest.mark.parametrize("end", ["", "/"])
    def test_a_command_answers_with_and_without_its_last_slash(
        self, api: Api, cast: Cast, command: Command, end: str
    ) -> None:
        """Neither is a redirect to the other; whatever the type is said to be."""
        request = command.request(cast)
        request |= {"path": request["path"].rstrip("/") + end, "kind": FORM}
        before = state()

        answer = api(**request)

        assert (answer.status_code, answer.content) == (200, b"")
        assert state() != before

    def test_ping(self, api: Api) -> None:
        answer = api.get("/ping/")

        assert answer.content == b"python/django"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
class TestKeys:
    """`Idempotency-Key`, as everywhere."""

    @each_command
    def test_a_second_request_is_a_replay(self, api: Api, cast: Cast, command: Command) -> None:
        """Of a delete, too, though what it deleted is gone."""
        request = command.request(cast) | {"headers": {"Idempotency-Key": "again"}}
        made = api(**request)
        after = state()

        replayed = api(**request)

        assert [(one.status_code, one.content) for one in (made, replayed)] == [(200, b"")] * 2
        assert "Idempotency-Replayed" not in made.headers
        assert replayed.headers["Idempotency-Replayed"] == "true"
        assert state() == after

    @each_command
    def test_without_one_a_second_request_is_another(
        self, api: Api, cast: Cast, command: Command
    ) -> None:
        api(**command.request(cast))
        after = state()

        again = api(**command.request(cast))

        assert again.status_code == (command.again or command.status)
        assert (state() == after) == (command.again is not None)

    @each_command
    def test_it_is_refused_with_another_request(
        self, api: Api, cast: Cast, command: Command
    ) -> None:
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

    def test_a_key_is_used_up_by_a_cancellation_though_the_customer_goes(
        self, api: Api, cast: Cast
    ) -> None:
        """The client that lost the answer is told that it was done."""
        key = {"Idempotency-Key": "again"}
        api.delete(f"/order/{cast.order}", headers=key)
        api.delete(f"/customer/{cast.customer}")

        replayed = api.delete("/order/", raw=json.dumps({"oid": cast.order}), headers=key)

        assert replayed.status_code == 200
        assert replayed.headers["Idempotency-Replayed"] == "true"

    @each_command
    @pytest.mark.parametrize(
        "header", [{"HTTP_IDEMPOTENCY_KEY": "a b"}, {"HTTP_PREFER": "wait=61"}], ids=str
    )
    def test_a_header_that_cannot_be_read_is_refused(
        self, api: Api, cast: Cast, command: Command, header: dict[str, str], quiet: None
    ) -> None:
        before = state()

        refused = api(**command.request(cast), **header)

        assert refused.status_code == 400
        assert refused.content.startswith(b"The request cannot be read: the header ")
        assert state() == before


@pytest.fixture
def held(transactional_db: None, cast: Cast) -> Iterator[Cast]:
    """The product's row, held by another connection until the test ends; one is left of it."""
    Product.objects.filter(pk=cast.product).update(stock=1)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Product.objects.select_for_update().get(pk=cast.product)
                locked.set()
                done.wait(timeout=60)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(timeout=30)
    yield cast
    done.set()
    holder.join(timeout=30)


@pytest.mark.engine
@pytest.mark.parametrize("wanted", [1, 2], ids=["enough left", "too few left"])
def test_who_would_not_wait_is_told_of_the_wait_and_not_of_the_stock(
    api: Api, held: Cast, wanted: int
) -> None:
    """Only who has the row knows what is left; there is no order, and no new customer."""
    before = state()
    for body in ({"uid": 7}, {"username": "new"}):
        order = body | {"price": 1, "products": [{"id": held.product}] * wanted}

        answer = api.post("/order/", order, headers={"Prefer": "wait=0"})

        assert answer.status_code == 423
        assert answer.headers["Retry-After"] == "1"
        assert answer.content == (
            b"A row is locked by another transaction, and you would wait 0 s at most."
        )
    assert state() == before


@pytest.fixture(params=[3, 60])
def shop(request: pytest.FixtureRequest, cast: Cast) -> Callable[[], Cast]:
    """A customer's order, among so many others, of so many customers and products."""
    pen = products.add("Pen", Decimal(1), actor="test").answer.id
    for number in range(request.param):
        customers.register(f"customer {number}", actor="test")
        lamp = products.add(f"product {number}", Decimal(1), actor="test").answer.id
        requested = (LineRequest(pen, 1), LineRequest(lamp, 2))[number % 2 :]
        orders.place(Buyer(username=f"user {number}"), requested, stated=Decimal(9), actor="test")
    return cast


@pytest.mark.django_db
class TestQueries:
    """As many for 3 rows as for 60."""

    @pytest.mark.parametrize("kind", LISTS)
    def test_of_a_list(self, api: Api, shop: Cast, kind: str) -> None:
        statements = sent(lambda: api.get(f"/{kind}/"))

        assert len(statements) == LISTS[kind], statements

    @pytest.mark.parametrize("kind", LISTS)
    def test_of_one(self, api: Api, shop: Cast, kind: str) -> None:
        statements = sent(lambda: api.get(f"/{kind}/{getattr(shop, kind)}/"))

        assert len(statements) == LISTS[kind], statements

    @each_command
    @pytest.mark.parametrize("key", [None, "key"])
    def test_of_a_command(
        self, api: Api, engine: Engine, shop: Cast, command: Command, key: str | None
    ) -> None:
        headers = {"Idempotency-Key": key} if key else None

        statements = sent(lambda: api(**command.request(shop), headers=headers))

        assert len(statements) == WRITES[command.name] + (KEYED if key else 0), statements

    @pytest.mark.parametrize("many", [10, 60])
    def test_of_an_order_of_many_products(self, api: Api, cast: Cast, many: int) -> None:
        """One statement locks them, one each writes their stocks, lines and entries."""
        ids = [
            products.add(f"product {number}", Decimal(1), stock=1, actor="test").answer.id
            for number in range(many)
        ]
        body = {"customer": {"id": cast.customer}, "price": 1, "products": [{"id": i} for i in ids]}

        statements = sent(lambda: api.post("/order/", body))

        assert len(statements) == WRITES["POST /order/"], statements
