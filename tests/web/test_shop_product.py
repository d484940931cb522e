"""A product's page: stock entries for staff, and the form to buy it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.shop.actors import buy, receive, register, stock_up
from tests.web.conftest import text_of
from tests.web.shops import PAGE, Response, sign_in
from tradepost.access.rights import Role
from tradepost.shop import products
from tradepost.shop.models import Order

pytestmark = pytest.mark.django_db

NOT_THERE = ["0", "7", str(2**63 - 1), str(2**63), "9" * 30, "9" * 5000, "-1", "x", "1.0"]


@pytest.mark.parametrize("place", NOT_THERE)
@pytest.mark.parametrize(
    "path",
    [
        "/shop/products/{}/",
        "/shop/products/{}/buy/",
        "/shop/orders/{}/",
        "/shop/orders/{}/cancel/",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, path: str, place: str) -> None:
    form = {"quantity": 1, "username": "ann", "expected_price": "1.00", "version": 1}

    asked, sent = client.get(path.format(place)), client.post(path.format(place), form)

    if not path.endswith("/buy/"):
        assert asked.status_code == 404
    if path.endswith(("/buy/", "/cancel/")):
        assert sent.status_code == 404


def test_a_product_that_was_taken_away_is_not_found(client: Client) -> None:
    tea = stock_up()
    products.delete(tea, actor="test")

    assert client.get(f"/shop/products/{tea}/").status_code == 404


def numbers(response: Response) -> list[int]:
    """Return the numbers of the stock entries on a page."""
    return [entry.number for entry in response.context["page"].items]


def test_staff_see_why_the_stock_is_what_it_is(client: Client) -> None:
    tea = stock_up(10)
    order = buy(register(), tea, 3).answer.id
    products.adjust(tea, -2, reason="two <broken>", actor="olga")

    page = client.get(f"/shop/products/{tea}/")

    text = text_of(page)
    assert numbers(page) == [3, 2, 1]
    assert "Adjusted -2 5 olga two <broken>" in text
    assert f"Sold -3 7 {order} tester" in text
    assert "Received +10 10 tester" in text
    assert f'href="/shop/orders/{order}/"' in page.content.decode()


def test_stock_entries_come_in_pages_the_newest_first(client: Client) -> None:
    tea = stock_up(1)
    for _ in range(PAGE):
        receive(tea, 1)

    first = client.get(f"/shop/products/{tea}/")
    second = client.get(f"/shop/products/{tea}/?{first.context['page'].next}")

    assert [*numbers(first), *numbers(second)] == list(range(PAGE + 1, 0, -1))
    assert "Older entries" in text_of(first)
    assert "Older entries" not in text_of(second)


@pytest.mark.parametrize(
    ("stock", "expected"),
    [
        (0, "Nothing was received or sold yet."),
        (None, "Nobody counts how many there are."),
    ],
)
def test_a_product_without_entries_says_why(
    client: Client, stock: int | None, expected: str
) -> None:
    assert expected in text_of(client.get(f"/shop/products/{stock_up(stock)}/"))


def test_everybody_sees_what_is_theirs_to_see_and_to_do(client: Client) -> None:
    """Staff name the customer, customers cannot, and viewers have no form."""
    tea = stock_up()

    def seen(who: Client) -> tuple[list[str], bool]:
        page = who.get(f"/shop/products/{tea}/")
        form = page.context.get("form")
        return list(form.fields) if form else [], "Stock entries" in text_of(page)

    everybody = {
        "local": client,
        "operator": sign_in("olga", Role.OPERATOR),
        "viewer": sign_in("vera", Role.VIEWER),
        "customer": sign_in("ann"),
    }

    fields = ["key", "quantity", "expected_price"]
    assert {who: seen(one) for who, one in everybody.items()} == {
        "local": (["key", "username", *fields[1:]], True),
        "operator": (["key", "username", *fields[1:]], True),
        "viewer": ([], True),
        "customer": (fields, False),
    }


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_who_may_not_buy_does_not(role: Role | None, settings: object) -> None:
    """A viewer is refused; a caller without an account is asked to sign in."""
    tea = stock_up()
    client = sign_in("vera", role) if role else Client(REMOTE_ADDR="127.0.0.1")
    settings.LOCAL_MODE = False  # type: ignore[attr-defined]

    answer = client.post(f"/shop/products/{tea}/buy/", {"quantity": 1, "username": "vera"})

    assert answer.status_code == (403 if role else 302)
    assert role or answer["Location"].startswith("/account/login/")
    assert not Order.objects.exists()


def test_a_form_that_is_asked_for_by_its_address_is_on_the_products_page(client: Client) -> None:
    tea = stock_up()

    answer = client.get(f"/shop/products/{tea}/buy/")

    assert (answer.status_code, answer["Location"]) == (302, f"/shop/products/{tea}/")
