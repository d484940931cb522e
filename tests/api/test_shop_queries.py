"""How many statements the shop's lists and commands send: the same for 3 rows and for 60."""

from __future__ import annotations

import pytest

from tests.api.commands import V1, Cast
from tests.api.conftest import Api
from tests.api.test_queries import sent
from tradepost.engines import Engine, RowLocks
from tradepost.engines.defaults import ROW_BY_ROW_MAX
from tradepost.shop import orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest

pytestmark = pytest.mark.django_db

# Orders come with their lines, and each order with its customer.
READS = [
    ("customers?limit=100", 1),
    ("customers?limit=100&username=ann 1", 1),
    ("customers/{customer}", 1),
    ("products?limit=100", 1),
    ("products?limit=100&name_prefix=L&price_min=1&price_max=20&in_stock=true", 1),
    ("products?limit=100&fields=id", 1),
    ("products/{product}", 1),
    ("products/{product}/entries?limit=100", 1),
    ("orders?limit=100", 2),
    ("orders?limit=100&customer={customer}&state=placed", 2),
    ("orders/{order}", 2),
]
each_count = pytest.mark.parametrize("rows", [3, 60])


@pytest.fixture
def shop(cast: Cast, rows: int) -> Cast:
    """So many products, orders of ann of them all, and entries of the first; and customers."""
    lamps = [
        products.add(f"Lamp {place}", from_cents(1250), stock=1000, actor="test").answer.id
        for place in range(rows)
    ]
    for place in range(rows):
        requested = [LineRequest(lamp) for lamp in (cast.product, *lamps)][: 1 + place % 7]
        products.receive(cast.product, 10, actor="test")
        orders.place(Buyer(id=cast.customer), requested, actor="test")
        orders.place(Buyer(username=f"ann {place}"), requested, actor="test")
    return cast


@each_count
@pytest.mark.parametrize(("path", "count"), READS)
def test_a_read_sends_as_many_for_3_rows_as_for_60(
    api: Api, shop: Cast, path: str, count: int, rows: int
) -> None:
    statements = sent(lambda: api.get(f"{V1}/{path.format(**shop._asdict())}"))

    assert len(statements) == count, statements


@each_count
def test_what_is_known_is_read_all_the_same(api: Api, shop: Cast, rows: int) -> None:
    """Its version is in its row."""
    path, headers = f"{V1}/products/{shop.product}", {"If-None-Match": "*"}

    assert len(sent(lambda: api.get(path, headers=headers))) == 1


@each_count
@pytest.mark.parametrize(("method", "path", "count"), [("POST", "", 6), ("PATCH", "/{order}", 8)])
def test_an_order_of_many_products_is_written_in_as_many_statements(
    api: Api, engine: Engine, shop: Cast, method: str, path: str, count: int, rows: int
) -> None:
    """Lock, update, insert: each table once. TiDB locks a few row by row."""
    found = api.get(f"{V1}/products?limit=100&fields=id").json()["items"]
    lines = [{"product": one["id"], "quantity": 1} for one in found]
    assert len(lines) == rows + 1
    body = {"lines": lines} | ({"customer": str(shop.customer)} if method == "POST" else {})

    statements = sent(lambda: api(method, f"{V1}/orders{path.format(order=shop.order)}", body))

    are_few = engine.row_locks is RowLocks.ROW_BY_ROW and len(lines) <= ROW_BY_ROW_MAX
    assert len(statements) == count + rows * are_few, statements
