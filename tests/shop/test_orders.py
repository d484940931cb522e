"""Orders through the services: placed, cancelled, restated; and what a refusal leaves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.shop.actors import (
    ACTOR,
    breaches,
    buy,
    everything,
    head,
    ledger,
    lines,
    place,
    receive,
    refused,
    shown,
    stock_of,
    stock_up,
)
from tradepost.shop import orders, products, queries
from tradepost.shop.errors import (
    AmountOutOfRange,
    InsufficientQuantityError,
    OutOfStockError,
    PriceChanged,
    ProductNotFound,
    QuantityOutOfRange,
    TotalTooLarge,
)
from tradepost.shop.models import STOCK_MAX, OrderLine, Product
from tradepost.shop.rules import LineRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]


def test_an_order_takes_its_products_from_stock(ann: int) -> None:
    """Order, lines, stocks and entries; one product is counted by nobody."""
    tea, ice = stock_up(10, price="2.50"), stock_up(None, price="1.25")

    outcome = place(ann, (tea, 3), (ice, 2))

    order = outcome.answer.id
    assert head(order) == ("placed", Decimal("10.00"), False, 1, 1)
    assert lines(order) == [(tea, 3, Decimal("2.50"), True), (ice, 2, Decimal("1.25"), False)]
    assert shown(outcome) == [(tea, 3, "2.50"), (ice, 2, "1.25")]
    assert ledger(tea) == [(1, "received", 10, 10, None), (2, "sold", -3, 7, order)]
    assert (stock_of(tea), stock_of(ice), ledger(ice)) == (7, None, [])
    told = {
        name: getattr(outcome.answer, name) for name in ("customer_id", "state", "total", "version")
    }
    assert told == {"customer_id": ann, "state": "placed", "total": Decimal(10), "version": "1"}
    assert breaches() == []


def test_a_purchase_is_an_order_of_one_product(ann: int) -> None:
    """With one line."""
    tea = stock_up(1)

    order = buy(ann, tea).answer.id

    assert lines(order) == [(tea, 1, Decimal("2.50"), True)]
    assert ledger(tea)[1:] == [(2, "sold", -1, 0, order)]


def test_several_lines_of_a_product_are_one(ann: int) -> None:
    """In the place of the first."""
    tea, ice = stock_up(10), stock_up(10)

    order = place(ann, (ice, 2), (tea, 1), (ice, 3)).answer.id

    assert [line[:2] for line in lines(order)] == [(ice, 5), (tea, 1)]
    assert ledger(ice)[1:] == [(2, "sold", -5, 5, order)]


def test_fifty_products_are_one_order(ann: int) -> None:
    """Each is taken from its own stock."""
    made = [stock_up(1, name=f"product {place}") for place in range(40)]
    many = [stock_up(None) for _ in range(10)]

    order = place(ann, *[(product, 1) for product in made + many]).answer.id

    assert [line[0] for line in lines(order)] == made + many
    assert [stock_of(product) for product in made] == [0] * 40
    assert (head(order)[1], breaches()) == (Decimal("125.00"), [])


@pytest.mark.parametrize("stated", ["0", "99.99", "9999999999999999.99"])
def test_a_total_may_be_stated(ann: int, stated: str) -> None:
    """Whatever the lines cost."""
    order = place(ann, (stock_up(10), 3), stated=Decimal(stated)).answer.id

    assert head(order) == ("placed", Decimal(stated), True, 1, 1)
    assert breaches() == []


def test_orders_keep_the_price_they_had(ann: int) -> None:
    """A new price is for who orders later."""
    tea = stock_up(10, price="2.50")
    before = buy(ann, tea).answer.id

    products.edit(tea, price=Decimal(3), name="other", actor=ACTOR)

    after = buy(ann, tea).answer.id
    assert (lines(before)[0][2], lines(after)[0][2]) == (Decimal("2.50"), Decimal("3.00"))
    assert [head(order)[1] for order in (before, after)] == [Decimal("2.50"), Decimal("3.00")]


@pytest.mark.parametrize(
    ("stock", "refusal"), [(0, OutOfStockError), (1, InsufficientQuantityError)]
)
def test_an_order_is_placed_as_a_whole_or_not_at_all(
    ann: int, stock: int, refusal: type[Exception]
) -> None:
    """One product short, and nothing of the others is taken; the key stays free."""
    tea, ice = stock_up(10), stock_up(stock)

    with refused(refusal, product=ice, required=2, available=stock):
        place(ann, (tea, 3), (ice, 2), key="k")
    receive(ice, 5)

    assert place(ann, (tea, 3), (ice, 2), key="k").replayed is False
    assert (stock_of(tea), stock_of(ice)) == (7, 3 + stock)


@pytest.mark.parametrize(
    ("requested", "stated", "refusal"),
    [
        ([(0, 0)], None, QuantityOutOfRange),
        ([(0, STOCK_MAX), (0, 1)], None, QuantityOutOfRange),
        ([(0, 1)], "-0.01", AmountOutOfRange),
        ([(0, 1)], "0.001", AmountOutOfRange),
        ([(1, 2)], None, TotalTooLarge),
        ([(0, 1), (10**9, 1)], None, ProductNotFound),
        ([(2**63, 1)], None, ProductNotFound),
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(
    ann: int, requested: list[tuple[int, int]], stated: str | None, refusal: type[Exception]
) -> None:
    """Of nothing, of too much, of what is not there."""
    ids = [stock_up(10), stock_up(None, price="9999999999999999.99")]
    wanted = [(ids[one] if one < 2 else one, many) for one, many in requested]

    with refused(refusal):
        place(ann, *wanted, stated=stated and Decimal(stated), key="k")


def test_what_a_stated_order_would_cost_is_nobodys_concern(ann: int) -> None:
    """The total is what the client says, be the lines' sum more than an amount can hold."""
    dear = stock_up(None, price="9999999999999999.99")

    order = place(ann, (dear, 2), stated=Decimal(1)).answer.id

    assert head(order) == ("placed", Decimal(1), True, 1, 1)


def test_a_deleted_product_is_not_sold(ann: int) -> None:
    """Whether somebody counted it or not."""
    tea = stock_up(10)
    products.delete(tea, actor=ACTOR)

    with refused(ProductNotFound, product=tea):
        buy(ann, tea, key="k")


def test_the_price_that_the_buyer_saw_is_asked_for(ann: int) -> None:
    """One of several requested is enough to refuse all."""
    tea, ice = stock_up(10, price="2.50"), stock_up(10, price="1")
    fine = [LineRequest(tea, 1, Decimal("2.5")), LineRequest(ice)]
    with refused(PriceChanged, product=tea, expected="2.49", price="2.50"):
        place(ann, *fine, LineRequest(tea, 1, Decimal("2.49")), key="k")

    order = place(ann, *fine, key="k").answer.id

    assert [line[:2] for line in lines(order)] == [(tea, 1), (ice, 1)]


def test_orders_are_read_with_their_current_lines(ann: int) -> None:
    """Whatever they had before."""
    tea, ice = stock_up(10), stock_up(10)
    order = place(ann, (tea, 1)).answer.id
    orders.change(order, [LineRequest(ice, 2)], actor=ACTOR)
    before = everything()

    found = queries.get_order(order)

    assert [(line.product_id, line.quantity) for line in queries.current_lines(found)] == [(ice, 2)]
    assert OrderLine.objects.count() == 2
    assert (everything(), Product.objects.count()) == (before, 2)
