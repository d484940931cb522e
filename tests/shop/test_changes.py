"""Orders that are changed: prices that are kept, stocks that move by the difference."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.shop.actors import (
    ACTOR,
    breaches,
    buy,
    cancel,
    change,
    head,
    key,
    ledger,
    lines,
    place,
    receive,
    refused,
    shown,
    stock_of,
    stock_up,
)
from tradepost.shop import orders, products
from tradepost.shop.errors import (
    InsufficientQuantityError,
    OutOfStockError,
    PriceChanged,
    ProductNotFound,
    StockTooLarge,
    TotalTooLarge,
)
from tradepost.shop.models import STOCK_MAX, OrderLine
from tradepost.shop.rules import LineRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]
OLD, NEW = Decimal("2.50"), Decimal("3.00")


def reprice(product: int) -> None:
    products.edit(product, price=NEW, actor=ACTOR)


@pytest.mark.parametrize(
    ("quantity", "moved"),
    [(5, [("sold", -2, 5)]), (1, [("returned", 2, 9)]), (3, []), (10, [("sold", -7, 0)])],
    ids=["more", "less", "as many", "all"],
)
def test_a_stock_moves_by_the_difference(
    ann: int, quantity: int, moved: list[tuple[str, int, int]]
) -> None:
    """Not at all where there is none."""
    tea = stock_up(10)
    order = buy(ann, tea, 3).answer.id

    change(order, (tea, quantity))

    assert [entry[1:4] for entry in ledger(tea)[2:]] == moved
    assert lines(order) == [(tea, quantity, OLD, True)]
    assert (stock_of(tea), breaches()) == (10 - quantity, [])


def test_what_is_left_out_goes_back_and_what_is_new_is_taken(ann: int) -> None:
    """The lines before stay in the books, under their version."""
    tea, ice = stock_up(10), stock_up(10, price="1.00")
    order = place(ann, (tea, 3)).answer.id

    outcome = change(order, (ice, 4))

    assert (stock_of(tea), stock_of(ice)) == (10, 6)
    assert shown(outcome) == [(ice, 4, "1.00")]
    assert (str(outcome.answer.total), outcome.answer.version) == ("4.00", "2")
    versions = OrderLine.objects.order_by("version", "number").values_list("version", "product_id")
    assert list(versions) == [(1, tea), (2, ice)]
    assert breaches() == []


def test_an_order_can_be_emptied_and_filled_again(ann: int) -> None:
    """A version without lines is one, too."""
    tea = stock_up(10)
    order = buy(ann, tea, 3).answer.id

    assert str(change(order).answer.total) == "0.00"
    assert (lines(order), stock_of(tea), breaches()) == ([], 10, [])
    change(order, (tea, 1))

    assert (lines(order), stock_of(tea), breaches()) == ([(tea, 1, OLD, True)], 9, [])


@pytest.mark.parametrize("quantity", [2, 3, 4])
def test_a_product_in_the_order_keeps_its_price(ann: int, quantity: int) -> None:
    """Also the ones that are new; a product that comes back has the new price."""
    tea, ice = stock_up(10), stock_up(10)
    order = place(ann, (tea, 3)).answer.id
    reprice(tea)
    reprice(ice)

    total = change(order, (tea, quantity), (ice, 1)).answer.total
    assert [line[:3] for line in lines(order)] == [(tea, quantity, OLD), (ice, 1, NEW)]
    assert total == quantity * OLD + NEW

    change(order, (ice, 1))
    change(order, (tea, 1), (ice, 1))
    assert [line[:3] for line in lines(order)] == [(tea, 1, NEW), (ice, 1, NEW)]
    assert breaches() == []


@pytest.mark.parametrize(("expected", "fine"), [(OLD, True), (NEW, False)])
def test_the_price_expected_of_a_product_in_the_order_is_the_one_it_keeps(
    ann: int, expected: Decimal, fine: bool
) -> None:
    """That is what will be paid."""
    tea = stock_up(10)
    order = buy(ann, tea).answer.id
    reprice(tea)
    if fine:
        assert change(order, LineRequest(tea, 2, expected)).answer.total == 5
    else:
        with refused(PriceChanged, product=tea, expected="3.00", price="2.50"):
            change(order, LineRequest(tea, 2, expected), key=key("k"))


@pytest.mark.parametrize(
    ("have", "left", "wanted", "refusal", "required"),
    [(3, 2, 6, InsufficientQuantityError, 3), (5, 0, 6, OutOfStockError, 1)],
)
def test_more_than_is_left_is_refused(
    ann: int, have: int, left: int, wanted: int, refusal: type[Exception], required: int
) -> None:
    """With what is asked for besides; nothing that could be moved is."""
    tea, ice = stock_up(5), stock_up(10)
    order = place(ann, (tea, have), (ice, 1)).answer.id

    with refused(refusal, product=tea, required=required, available=left):
        change(order, (ice, 3), (tea, wanted), key=key("k"))


def test_what_there_is_no_room_for_cannot_be_left_out(ann: int) -> None:
    """Nor can a total be too large."""
    tea, dear = stock_up(10), stock_up(None, price="9999999999999999.99")
    order = buy(ann, tea, 3).answer.id
    with refused(TotalTooLarge):
        change(order, (tea, 3), (dear, 1), key=key("k"))
    receive(tea, STOCK_MAX - 7)

    with refused(StockTooLarge):
        change(order, (tea, 2), key=key("k"))


@pytest.mark.parametrize("quantity", [3, 2])
def test_of_a_deleted_product_as_many_or_less_can_be_had(ann: int, quantity: int) -> None:
    """At the price that they had."""
    tea, ice = stock_up(10), stock_up(10)
    order = place(ann, (tea, 3)).answer.id
    products.delete(tea, actor=ACTOR)

    change(order, (tea, quantity), (ice, 1))

    assert lines(order) == [(tea, quantity, OLD, True), (ice, 1, OLD, True)]
    assert (stock_of(tea), breaches()) == (10 - quantity, [])


def test_of_a_deleted_product_no_more_can_be_had(ann: int) -> None:
    """Nor any at all, once it was left out."""
    tea = stock_up(10)
    order = buy(ann, tea, 3).answer.id
    products.delete(tea, actor=ACTOR)

    with refused(ProductNotFound, product=tea):
        change(order, (tea, 4), key=key("k"))
    change(order)
    with refused(ProductNotFound, product=tea):
        change(order, (tea, 1), key=key("k"))


def test_a_changed_order_is_no_longer_stated(ann: int) -> None:
    """Its total is what the lines cost."""
    tea = stock_up(10)
    order = buy(ann, tea).answer.id
    orders.override_total(order, Decimal(99), actor=ACTOR)

    change(order, (tea, 2))

    assert head(order) == ("placed", Decimal("5.00"), False, 3, 3)
    assert breaches() == []


def test_what_was_ordered_before_somebody_counted_goes_back_to_no_stock(ann: int) -> None:
    """It was not taken from one."""
    tea = stock_up(None)
    order = buy(ann, tea, 5).answer.id
    receive(tea, 2)

    cancel(order)

    assert (stock_of(tea), ledger(tea)) == (2, [(1, "received", 2, 2, None)])
    assert breaches() == []


@pytest.mark.parametrize("quantity", [5, 3, None], ids=["as many", "less", "none"])
def test_what_nobody_counted_can_be_had_less_of_whatever_is_in_stock(
    ann: int, quantity: int | None
) -> None:
    """Nothing is taken from the stock that is counted since, and nothing put there."""
    tea = stock_up(None)
    order = buy(ann, tea, 5).answer.id
    receive(tea, 1)

    change(order, *([(tea, quantity)] if quantity else []))

    assert lines(order) == ([(tea, quantity, OLD, False)] if quantity else [])
    assert (stock_of(tea), len(ledger(tea)), breaches()) == (1, 1, [])


def test_more_of_what_nobody_counted_is_all_taken_from_stock(ann: int) -> None:
    """A line is of one kind; cancelled, all of it goes there."""
    tea = stock_up(None)
    order = buy(ann, tea, 5).answer.id
    receive(tea, 5)
    with refused(InsufficientQuantityError, required=6, available=5):
        change(order, (tea, 6), key=key("k"))
    receive(tea, 5)

    change(order, (tea, 6))
    assert (lines(order), stock_of(tea)) == ([(tea, 6, OLD, True)], 4)
    cancel(order)

    assert (stock_of(tea), breaches()) == (10, [])
