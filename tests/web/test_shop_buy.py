"""Buying on a page: one order, however often the form is sent, or an error and no change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.shop.actors import breaches, ledger, receive, register, stock_of, stock_up
from tests.shop.actors import buy as buy_elsewhere
from tests.web.conftest import errors_of, messages_of, text_of
from tests.web.shops import all_rows, buy, form_of, ordered, send, sign_in
from tradepost import txn
from tradepost.access.rights import Role
from tradepost.shop import customers, orders, products, queries
from tradepost.shop.models import Customer, Order
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db
TEA = Decimal("2.50")


def test_a_customer_buys_and_is_shown_the_order() -> None:
    ann, tea = sign_in(), stock_up(10)

    answer = buy(ann, tea, 3)

    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/shop/orders/{order.pk}/")
    page = ann.get(answer["Location"])
    assert messages_of(page) == [f"Order {order.pk} is placed."]
    assert "tea 2.50 3 7.50 Total 7.50" in text_of(page)
    assert ordered() == [(ann.customer, tea, 3, TEA, "placed", "user:ann")]
    assert ledger(tea)[-1] == (2, "sold", -3, 7, order.pk)
    assert breaches() == []


def test_the_same_form_is_one_order_however_often_it_is_sent() -> None:
    """A double click, a reload or going back leads to the existing order."""
    ann, tea = sign_in(), stock_up(10)
    form = form_of(ann.get(f"/shop/products/{tea}/")) | {"quantity": "2"}
    first = send(ann, tea, form)
    products.edit(tea, price=Decimal("9.00"), actor="test")
    after = all_rows()

    for _ in range(2):
        again = send(ann, tea, form)
        assert (again.status_code, again["Location"]) == (302, first["Location"])
        assert messages_of(ann.get(again["Location"]))[-1:] == [
            "This was ordered already; here is the order."
        ]

    assert all_rows() == after
    assert (len(ordered()), stock_of(tea)) == (1, 8)


def test_a_form_that_was_sent_is_not_good_for_something_else() -> None:
    """The form says so, and places the other order when it is sent again."""
    ann, tea = sign_in(), stock_up(10)
    form = form_of(ann.get(f"/shop/products/{tea}/"))
    send(ann, tea, form | {"quantity": "2"})

    refused = send(ann, tea, form | {"quantity": "3"})
    renewed = form_of(refused)

    assert (refused.status_code, renewed["quantity"], len(ordered())) == (200, "3", 1)
    assert "This form was sent before, with other values" in text_of(refused)
    assert renewed["key"] != form["key"]
    assert send(ann, tea, renewed).status_code == 302
    assert [line[2] for line in ordered()] == [2, 3]


@pytest.mark.parametrize("role", [None, Role.OPERATOR])
def test_staff_buy_for_whom_they_name(role: Role | None) -> None:
    """A known customer, or a new one."""
    staff, tea = sign_in("olga", role) if role else Client(), stock_up(10)
    actor = "user:olga" if role else "local"
    bob = register("Bob", username="bob")

    for name in ("bob", " new one ", "new one"):
        answer = buy(staff, tea, 1, username=name)
        assert staff.get(answer["Location"]).status_code == 200

    placeholder = Customer.objects.get(username="new one")
    assert [line[0] for line in ordered()] == [bob, placeholder.pk, placeholder.pk]
    assert {line[5] for line in ordered()} == {actor}


def test_nobody_else_can_be_named_by_a_customer() -> None:
    """Whatever a forged form says, the order belongs to the caller."""
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up(10)
    named = {"username": "bob", "customer": bob.customer, "customer_id": bob.customer}

    answer = buy(ann, tea, 1, **named, uid=1, id=bob.customer, actor="user:bob", buyer="bob")

    assert answer.status_code == 302
    assert ordered() == [(ann.customer, tea, 1, TEA, "placed", "user:ann")]


def test_one_customers_key_is_not_anothers() -> None:
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up(10)
    form = form_of(ann.get(f"/shop/products/{tea}/"))
    mine, theirs = send(ann, tea, form), send(bob, tea, form)

    assert mine["Location"] != theirs["Location"]
    assert [line[0] for line in ordered()] == [ann.customer, bob.customer]


def test_who_asks_for_more_than_is_left_is_offered_what_is() -> None:
    ann, tea = sign_in(), stock_up(3)
    assert ann.customer
    form = form_of(ann.get(f"/shop/products/{tea}/")) | {"quantity": "3"}
    buy_elsewhere(register(), tea, 1)
    before = all_rows()

    refused = send(ann, tea, form)

    expected = "Someone was faster: 2 left, you asked for 3."
    assert (refused.status_code, errors_of(refused)) == (200, {"quantity": [expected]})
    assert form_of(refused) == form
    assert "only 2 left" in text_of(refused)
    assert "Take 2" in text_of(refused)
    assert all_rows() == before
    fewer = refused.context["fewer"]
    offered = {name: str(fewer[name].value()) for name in fewer.fields}
    assert (offered["quantity"], offered["key"] != form["key"]) == ("2", True)

    taken = [send(ann, tea, offered)["Location"] for _ in range(2)]

    assert taken[0] == taken[1]
    assert (stock_of(tea), ordered()[-1][:3]) == (0, (ann.customer, tea, 2))


def test_the_offer_of_what_is_left_is_for_whom_was_named() -> None:
    local, tea = Client(), stock_up(2)

    refused = buy(local, tea, 3, username="bob")
    fewer = refused.context["fewer"]
    send(local, tea, {name: str(fewer[name].value()) for name in fewer.fields})

    assert Customer.objects.get(pk=ordered()[0][0]).username == "bob"


def test_who_is_too_late_sees_that_it_is_sold_out() -> None:
    ann, tea = sign_in(), stock_up(1)
    assert ann.customer
    form = form_of(ann.get(f"/shop/products/{tea}/"))
    buy_elsewhere(register(), tea, 1)
    before = all_rows()

    refused = send(ann, tea, form)

    expected = "Someone was faster: it is sold out, and you asked for 1."
    assert (refused.status_code, errors_of(refused)) == (200, {"quantity": [expected]})
    assert refused.context["fewer"] is None
    assert all_rows() == before


def test_a_price_that_is_not_the_one_seen_is_asked_about() -> None:
    """The buyer confirms the new price with the same form."""
    ann, tea = sign_in(), stock_up(10, price="10.00")
    assert ann.customer
    form = form_of(ann.get(f"/shop/products/{tea}/"))
    products.edit(tea, price=Decimal("12.50"), actor="test")
    before = all_rows()

    refused = send(ann, tea, form)

    expected = "The price is now 12.50, you saw 10.00. Buy at the new price?"
    assert (refused.status_code, errors_of(refused)) == (200, {"__all__": [expected]})
    assert "Order at 12.50" in text_of(refused)
    assert all_rows() == before
    assert form_of(refused) == form | {"expected_price": "12.50"}
    assert send(ann, tea, form_of(refused)).status_code == 302
    assert ordered() == [(ann.customer, tea, 1, Decimal("12.50"), "placed", "user:ann")]


def test_a_product_that_is_gone_meanwhile_is_not_found() -> None:
    ann, tea = sign_in(), stock_up(10)
    assert ann.customer
    form = form_of(ann.get(f"/shop/products/{tea}/"))
    products.delete(tea, actor="test")
    before = all_rows()

    assert send(ann, tea, form).status_code == 404
    assert all_rows() == before


def test_a_deleted_customer_sees_why() -> None:
    ann, tea = sign_in(), stock_up(10)
    customers.delete(ann.customer, actor="test")
    before = all_rows()

    refused = buy(ann, tea)

    assert refused.status_code == 200
    assert "The shop has closed your customer account" in text_of(refused)
    assert all_rows() == before


def test_an_order_that_would_cost_too_much_is_refused() -> None:
    ann, tea = sign_in(), stock_up(None, price="9999999999999999.99")
    assert ann.customer
    before = all_rows()

    refused = buy(ann, tea, 2)

    assert errors_of(refused) == {"quantity": ["One order cannot cost as much; order fewer."]}
    assert all_rows() == before


@pytest.mark.parametrize("happened", [True, False])
def test_a_lost_answer_is_reported_and_sending_again_is_one_order(
    happened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, tea = sign_in(), stock_up(10)
    assert ann.customer
    form = form_of(ann.get(f"/shop/products/{tea}/")) | {"quantity": "2"}
    purchase = orders.purchase

    def lost(*args: Any, **options: Any) -> txn.Outcome:
        if happened:
            purchase(*args, **options)
        raise txn.OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(orders, "purchase", lost)
        unknown = send(ann, tea, form)
    receive(tea, 1)

    assert unknown.status_code == 503
    assert "nobody knows yet" in text_of(unknown)
    assert f'href="/receipts/{form["key"]}/"' in unknown.content.decode()
    assert form_of(unknown) == form
    assert len(ordered()) == happened
    again = send(ann, tea, form_of(unknown))
    assert again.status_code == 302
    assert (len(ordered()), stock_of(tea)) == (1, 9)


def test_without_a_database_the_form_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the product cannot be read."""
    local, tea = Client(), stock_up(10)
    form = form_of(local.get(f"/shop/products/{tea}/")) | {"quantity": "2", "username": "bob"}

    def away(*_: Any, **__: Any) -> Any:
        raise txn.DatabaseUnavailable

    def unread(*_: Any, **__: Any) -> Any:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(orders, "purchase", away)
        patch.setattr(queries, "get_product", unread)
        refused = send(local, tea, form)

    assert refused.status_code == 503
    assert f"Product {tea}" in text_of(refused)
    assert form_of(refused) == form
    assert not Receipt.objects.exists()
    assert send(local, tea, form_of(refused)).status_code == 302
    assert [line[2] for line in ordered()] == [2]
