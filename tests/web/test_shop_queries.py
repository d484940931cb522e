"""The number of queries of the shop's pages, which is the same for 3 rows and for 60."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from tests.api.test_queries import sent
from tests.shop.actors import buy, place, receive, register, stock_up
from tests.web.shops import form_of, send, sign_in
from tradepost.access.rights import Role

pytestmark = pytest.mark.django_db

# Two queries identify the caller: the session and the account.
SIGNED_IN = 2
READS = {
    "/shop/": 1,
    "/shop/?name=t&price_min=1&price_max=99&in_stock=on": 1,
    "/shop/orders/": 2,
    "/shop/orders/?state=placed": 2,
    "/shop/orders/{order}/": 2,
    "/shop/orders/{order}/cancel/": 2,
}
OF_STAFF = {"/shop/products/{product}/": 2, "/shop/orders/?username=ann&state=placed": 3}
OF_CUSTOMERS = {"/shop/products/{product}/": 1}


def stocked(customer: int, rows: int) -> dict[str, int]:
    """Create products, entries and orders; return an order of all products."""
    goods = [stock_up(100, name=f"tea {number}") for number in range(rows)]
    for number, product in enumerate(goods):
        receive(goods[0], 1)
        place(customer, *[(one, 1) for one in goods[: 1 + number % 7]])
        buy(register(f"Customer {number}"), product)
    order = place(customer, *[(one, 1) for one in goods]).answer.id
    return {"product": goods[0], "order": order}


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize("who", ["local", "operator", "customer"])
def test_a_page_sends_as_many_for_3_rows_as_for_60(who: str, rows: int) -> None:
    if who == "customer":
        client: Client = sign_in("ann")
        made = stocked(client.customer, rows)  # type: ignore[attr-defined]
    else:
        client = Client() if who == "local" else sign_in("olga", Role.OPERATOR)
        made = stocked(register("Ann", username="ann"), rows)
    extra = 0 if who == "local" else SIGNED_IN
    wanted = READS | (OF_CUSTOMERS if who == "customer" else OF_STAFF)

    counts = {path: len(sent(partial(client.get, path.format(**made)))) for path in wanted}

    assert counts == {path: count + extra for path, count in wanted.items()}


def test_what_is_polled_and_has_not_changed_is_one_statement() -> None:
    stock_up()
    client = Client()
    tag = f'"{client.get("/shop/").context["tag"]}"'
    headers = {"HX-Request": "true", "If-None-Match": tag}

    assert len(sent(partial(client.get, "/shop/", headers=headers))) == 1


@pytest.mark.parametrize("rows", [1, 60])
def test_what_changes_something_sends_as_many_whatever_there_is(rows: int) -> None:
    """A known customer: the caller, and the unit."""
    ann = sign_in("ann")
    made = stocked(ann.customer, rows)
    product = made["product"]
    form = form_of(ann.get(f"/shop/products/{product}/"))

    bought = sent(partial(send, ann, product, form))
    again = sent(partial(send, ann, product, form))
    refused = sent(partial(send, ann, product, form | {"quantity": "x"}))
    order = buy(ann.customer, product).answer.id
    path = f"/shop/orders/{order}/cancel/"
    cancelled = sent(partial(ann.post, path, form_of(ann.get(path))))

    counts = [len(statements) for statements in (bought, again, refused, cancelled)]
    assert counts == [SIGNED_IN + 8, SIGNED_IN + 3, SIGNED_IN + 1, SIGNED_IN + 11], bought


@pytest.mark.parametrize("id_", [2**63, 10**30])
def test_an_id_that_no_row_can_have_is_not_looked_for(id_: int) -> None:
    """Some drivers reject it."""
    form = {"quantity": 1, "username": "ann", "expected_price": "1.00", "version": "1"}

    for path in (f"/shop/products/{id_}/buy/", f"/shop/orders/{id_}/cancel/"):
        assert sent(partial(Client().post, path, form)) == []


def test_the_first_look_of_a_customer_sends_more_than_a_later_one() -> None:
    ann = sign_in("ann")

    counts = [len(sent(partial(ann.get, "/shop/orders/"))) for _ in range(3)]

    assert counts[1:] == [SIGNED_IN + 1] * 2
    assert counts[0] > counts[1]
