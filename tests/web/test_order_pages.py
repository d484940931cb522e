"""Orders on pages: customers see their own, staff see all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from tests.shop.actors import buy, cancel, change, place, register, stock_up
from tests.web.conftest import errors_of, text_of
from tests.web.shops import PAGE, Response, all_rows, sign_in
from tradepost.access.rights import Role
from tradepost.shop import customers, orders, products
from tradepost.shop.models import STOCK_MAX, Customer
from tradepost.shop.money import MONEY_MAX
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db


def listed(response: Response) -> list[int]:
    """Return the ids of the orders on a page."""
    return [row.order.pk for row in response.context["page"].items]


def test_the_first_look_registers_a_customer_and_no_later_one_does() -> None:
    ann = sign_in()
    assert not Customer.objects.exists()

    first = ann.get("/shop/orders/")
    after = all_rows()
    later = [ann.get("/shop/orders/").status_code for _ in range(2)]

    assert (first.status_code, later) == (200, [200, 200])
    assert all_rows() == after
    assert list(Customer.objects.values_list("pk", "username", "name")) == [
        (ann.customer, "ann", "ann")
    ]
    assert Receipt.objects.count() == 1


def test_who_has_ordered_nothing_sees_where_to_go() -> None:
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up()
    buy(bob.customer, tea)

    page = ann.get("/shop/orders/")

    assert listed(page) == []
    assert "You have not ordered anything yet." in text_of(page)
    assert "Look around in the shop" in text_of(page)
    assert "No order is like that." in text_of(ann.get("/shop/orders/?state=placed"))


def test_where_nobody_has_ordered_anything_staff_sees_that(client: Client) -> None:
    assert "Nobody has ordered anything yet." in text_of(client.get("/shop/orders/"))
    assert "There are no older orders." in text_of(client.get("/shop/orders/?cursor=5"))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"state": "placed"},
        {"username": "bob"},
        {"customer": "{bob}"},
        {"customer_id": "{bob}"},
        {"own": "{bob}", "customer__id": "{bob}"},
        {"cursor": str(2**63 - 1)},
    ],
)
def test_a_customer_sees_only_their_own(asked: dict[str, str]) -> None:
    """Whatever the query says."""
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up(None)
    mine = []
    for _ in range(3):
        buy(bob.customer, tea)
        mine.append(buy(ann.customer, tea).answer.id)

    page = ann.get(
        "/shop/orders/", {name: value.format(bob=bob.customer) for name, value in asked.items()}
    )

    assert listed(page) == mine[::-1]
    assert "bob" not in text_of(page)


def test_a_customers_pages_hold_only_their_own() -> None:
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up(None)
    mine = []
    for _ in range(PAGE + 1):
        buy(bob.customer, tea)
        mine.append(buy(ann.customer, tea).answer.id)

    first = ann.get("/shop/orders/")
    second = ann.get(f"/shop/orders/?{first.context['page'].next}")

    assert [*listed(first), *listed(second)] == mine[::-1]
    assert (len(listed(first)), len(listed(second))) == (PAGE, 1)


@pytest.mark.parametrize("path", ["/shop/orders/{}/", "/shop/orders/{}/cancel/"])
def test_anothers_order_is_as_one_that_is_not_there(path: str) -> None:
    ann, bob, tea = sign_in("ann"), sign_in("bob"), stock_up()
    theirs = buy(bob.customer, tea).answer.id
    both = (theirs, 4242)

    seen = [ann.get(path.format(one)) for one in both]

    assert [page.status_code for page in seen] == [404, 404]
    texts = [text_of(page).replace(str(one), "N") for page, one in zip(seen, both, strict=True)]
    assert texts[0] == texts[1]
    assert bob.get(path.format(theirs)).status_code == 200


def test_staff_see_everybodys_orders_and_look_for_some(client: Client) -> None:
    tea = stock_up(None)
    ann, bob = register("Ann", username="ann"), register("Bob", username="bob")
    first, second, third = (buy(one, tea).answer.id for one in (ann, bob, ann))
    cancel(first)

    def found(**asked: str) -> list[int]:
        return listed(client.get("/shop/orders/", asked))

    assert found() == [third, second, first]
    assert found(username="ann") == [third, first]
    assert found(username="ann", state="cancelled") == [first]
    assert found(state="placed") == [third, second]
    assert found(username="Ann") == []
    assert found(username="nobody") == []
    assert listed(sign_in("vera", Role.VIEWER).get("/shop/orders/")) == [third, second, first]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"state": "lost"}, "state"),
        ({"state": "x" * 5000}, "state"),
        ({"username": "x" * 151}, "username"),
        ({"username": "\0"}, "username"),
    ],
)
def test_what_cannot_be_looked_for_is_shown_beside_the_field(
    client: Client, asked: dict[str, str], field: str
) -> None:
    buy(register(), stock_up())

    page = client.get("/shop/orders/", asked)

    assert (page.status_code, list(errors_of(page)), listed(page)) == (200, [field], [])
    assert "Please check what you entered." in text_of(page)


def test_a_list_tells_the_first_products_of_an_order(client: Client) -> None:
    goods = [stock_up(name=f"tea {number}") for number in range(4)]
    order = place(register(), (goods[3], 9)).answer.id
    change(order, *[(one, 1 + number) for number, one in enumerate(goods)])
    orders.place(Buyer(username="bob"), (), stated=Decimal("5.00"), actor="test")

    text = text_of(client.get("/shop/orders/")).replace("\N{MULTIPLICATION SIGN}", "of")

    assert "Ann 1 of tea 0 2 of tea 1 and 2 more 25.00 placed" in text
    assert "bob no products 5.00 placed" in text


def test_an_order_tells_what_it_was_at_the_prices_of_then(client: Client) -> None:
    tea, pot = stock_up(name="tea", price="1234.50"), stock_up(name="pot", price="0.10")
    order = place(register(), (pot, 9)).answer.id
    change(order, (tea, 2), (pot, 3))
    products.edit(tea, price=Decimal("9.00"), actor="test")
    products.delete(pot, actor="test")

    page = client.get(f"/shop/orders/{order}/")

    text = text_of(page)
    assert "Sum tea 1,234.50 2 2,469.00 pot no longer sold 0.10 3 0.30 Total 2,469.30" in text
    assert f"/shop/products/{tea}/" in page.content.decode()
    assert f"/shop/products/{pot}/" not in page.content.decode()
    assert "Version 2" in text


def test_a_sum_of_many_digits_is_exact(client: Client) -> None:
    """Decimals would be rounded to 28 digits."""
    tea = stock_up(None, price=str(MONEY_MAX))
    line = LineRequest(tea, STOCK_MAX)
    order = orders.place(Buyer(username="bob"), [line], stated=Decimal(1), actor="test").answer

    text = text_of(client.get(f"/shop/orders/{order.id}/"))

    assert "90,071,992,547,409,909,909,928,007,452,590.09 Total as it was stated 1.00" in text


def test_an_order_of_an_amount_alone_says_so(client: Client) -> None:
    stated = orders.place(Buyer(username="bob"), (), stated=Decimal("5.00"), actor="test")

    text = text_of(client.get(f"/shop/orders/{stated.answer.id}/"))

    assert "This order is of an amount alone, without products." in text
    assert "Total as it was stated 5.00" in text


def test_an_order_tells_what_happened_to_it(client: Client) -> None:
    """In order, and for staff with the actor."""
    ann, tea = sign_in(), stock_up()
    order = buy(ann.customer, tea, 2).answer.id
    path = f"/shop/orders/{order}/"

    def history(who: Client) -> str:
        text = text_of(who.get(path))
        return text[text.index("What happened") : text.index("API")]

    placed = history(client)
    change(order, (tea, 1))
    changed = history(client)
    cancel(order)
    cancelled, to_ann = history(client), history(ann)

    assert ("Placed" in placed, "Changed" in placed, "Cancelled" in placed) == (True, False, False)
    assert changed.index("Placed") < changed.index("Changed")
    assert "Changed" not in cancelled
    assert cancelled.index("Placed") < cancelled.index("Cancelled")
    assert "by tester" in changed
    assert "by tester" in cancelled
    assert "by tester" not in to_ann
    assert "Version 3" in to_ann


def test_the_orders_of_a_customer_who_was_taken_away_are_still_shown(client: Client) -> None:
    ann = register()
    order = buy(ann, stock_up()).answer.id
    customers.delete(ann, actor="test")

    assert listed(client.get("/shop/orders/")) == [order]
    assert client.get(f"/shop/orders/{order}/").status_code == 200
