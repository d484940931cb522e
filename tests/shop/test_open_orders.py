"""Orders that are there: cancelled, restated, and acts on those that are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.shop.actors import (
    ACTOR,
    breaches,
    buy,
    cancel,
    head,
    key,
    ledger,
    place,
    receive,
    refused,
    shown,
    stock_of,
    stock_up,
)
from tradepost.shop import customers, orders, products
from tradepost.shop.errors import (
    AmountOutOfRange,
    OrderNotFound,
    OrderNotPlaced,
    StockTooLarge,
    VersionChanged,
)
from tradepost.shop.models import STOCK_MAX, Order, OrderLine
from tradepost.shop.rules import Buyer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way")]


def test_a_cancelled_order_gives_back_what_it_took(ann: int) -> None:
    """To the stocks that it was taken from; the lines stay in the books."""
    tea, ice = stock_up(10), stock_up(None)
    order = place(ann, (tea, 3), (ice, 2)).answer.id

    outcome = cancel(order)

    assert head(order) == ("cancelled", Decimal("12.50"), False, 2, 1)
    assert (outcome.answer.state, outcome.answer.version) == ("cancelled", "2")
    assert shown(outcome) == [(tea, 3, "2.50"), (ice, 2, "2.50")]
    assert ledger(tea)[2:] == [(3, "returned", 3, 10, order)]
    assert (stock_of(tea), stock_of(ice), OrderLine.objects.count()) == (10, None, 2)
    assert breaches() == []


def test_an_order_of_a_deleted_product_is_cancelled(ann: int) -> None:
    """What it took is in the books of the product that is gone."""
    tea = stock_up(10)
    order = buy(ann, tea, 3).answer.id
    products.delete(tea, actor=ACTOR)

    cancel(order)

    assert (stock_of(tea), ledger(tea)[2:]) == (10, [(3, "returned", 3, 10, order)])
    assert breaches() == []


def test_a_stock_too_full_to_take_an_order_back_keeps_it(ann: int) -> None:
    """The order stays placed."""
    tea = stock_up(10)
    order = buy(ann, tea, 3).answer.id
    receive(tea, STOCK_MAX - 7)

    with refused(StockTooLarge, product=tea, required=STOCK_MAX + 3, limit=STOCK_MAX):
        cancel(order, key=key("k"))


def test_a_total_is_restated(ann: int) -> None:
    """The lines stay, and the version tells of it."""
    order = place(ann, (stock_up(10), 3)).answer.id

    answer = orders.override_total(order, Decimal(5), actor="another").answer

    assert head(order) == ("placed", Decimal("5.00"), True, 2, 1)
    assert (str(answer.total), answer.total_stated, answer.version) == ("5.00", True, "2")
    assert Order.objects.values_list("updated_by", flat=True).get() == "another"
    assert breaches() == []


def test_a_total_outside_its_limits_is_not_stated(ann: int) -> None:
    """Before anything is looked at."""
    order = place(ann, (stock_up(10), 3)).answer.id

    with refused(AmountOutOfRange):
        orders.override_total(order, Decimal("0.001"), actor=ACTOR, key=key("k"))


ACTS = {
    "change": lambda order, **call: orders.change(order, [], actor=ACTOR, key=key("k"), **call),
    "cancel": lambda order, **call: cancel(order, key=key("k"), **call),
    "restate": lambda order, **call: orders.override_total(
        order, Decimal(1), actor=ACTOR, key=key("k"), **call
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
@pytest.mark.parametrize("nobody", [10**9, 2**63, 0, -1])
def test_acts_on_no_order_change_nothing(act: Any, nobody: int) -> None:
    """The id of no one, also one that no column holds."""
    with refused(OrderNotFound, order=nobody):
        act(nobody)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_acts_on_a_cancelled_order_change_nothing(ann: int, act: Any) -> None:
    """It is as it is."""
    order = buy(ann, stock_up(10)).answer.id
    cancel(order)

    with refused(OrderNotPlaced, order=order, state="cancelled"):
        act(order)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_order_is_changed_in_the_version_that_was_seen(ann: int, act: Any) -> None:
    """Another one is told; the right one, or any, is changed."""
    order = buy(ann, stock_up(10)).answer.id
    orders.override_total(order, Decimal(7), actor=ACTOR)

    with refused(VersionChanged, version="2"):
        act(order, versions=["1"])

    assert act(order, versions=["1", "2"]).answer.version == "3"


@pytest.mark.parametrize("act", ["cancel", "restate"])
@pytest.mark.parametrize("gone", ["order", "customer"])
def test_an_order_that_does_not_stand_is_not_there_for_who_asks_so(
    ann: int, act: str, gone: str
) -> None:
    """Cancelled, or of a customer who was deleted."""
    order = buy(ann, stock_up(10)).answer.id
    assert (
        orders.override_total(order, Decimal(7), open_only=True, actor=ACTOR).answer.version == "2"
    )
    if gone == "order":
        cancel(order)
    else:
        customers.delete(ann, actor=ACTOR)

    with refused(OrderNotFound, order=order):
        ACTS[act](order, open_only=True)


def test_the_order_of_a_deleted_customer_can_be_cancelled(ann: int) -> None:
    """By who does not ask whether it stands."""
    tea = stock_up(10)
    order = buy(Buyer(username="ann"), tea, 3).answer.id
    customers.delete(ann, actor=ACTOR)

    assert cancel(order).answer.customer_id == ann
    assert (stock_of(tea), breaches()) == (10, [])
