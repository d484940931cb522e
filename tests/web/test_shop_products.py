"""The list of products: availability, search, pages, and the polled part."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.shop.actors import everything, receive, stock_up
from tests.web.conftest import errors_of, text_of
from tests.web.shops import PAGE, Response, sign_in
from tradepost.access.rights import Role
from tradepost.shop import products
from tradepost.shop.models import STOCK_MAX

pytestmark = pytest.mark.django_db


def names(response: Response) -> list[str]:
    """Return the names of the products on a page."""
    return [product.name for product in response.context["page"].items]


@pytest.mark.parametrize(
    ("stock", "expected"),
    [
        (None, "available"),
        (0, "sold out"),
        (1, "only 1 left"),
        (5, "only 5 left"),
        (6, "6 available"),
        (STOCK_MAX, "9,007,199,254,740,991 available"),
    ],
)
def test_a_product_says_what_is_available(client: Client, stock: int | None, expected: str) -> None:
    product = stock_up(stock, price="1234.50", name="Teapot <b>")

    for path in ("/shop/", f"/shop/products/{product}/"):
        page = client.get(path)
        assert page.status_code == 200
        assert f"1,234.50 {expected} " in text_of(page)
        assert b"Teapot &lt;b&gt;" in page.content


def test_products_come_in_pages_the_newest_first(client: Client) -> None:
    for number in range(2 * PAGE + 1):
        stock_up(name=f"tea {number}")
    every = [f"tea {number}" for number in reversed(range(2 * PAGE + 1))]

    first = client.get("/shop/")
    second = client.get(f"/shop/?{first.context['page'].next}")
    third = client.get(f"/shop/?{second.context['page'].next}")

    assert [*names(first), *names(second), *names(third)] == every
    assert len(names(first)) == len(names(second)) == PAGE
    assert third.context["page"].next == ""
    assert "More products" in text_of(second)
    assert "More products" not in text_of(third)
    assert "Back to the first page" in text_of(third)
    assert "Back to the first page" not in text_of(first)


def test_a_page_that_is_full_to_the_last_has_none_after_it(client: Client) -> None:
    for number in range(PAGE):
        stock_up(name=f"tea {number}")

    page = client.get("/shop/")

    assert len(names(page)) == PAGE
    assert page.context["page"].next == ""


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "TE"}, ["Tea pot", "tea"]),
        ({"name": "ea"}, []),
        ({"name": "%"}, []),
        ({"in_stock": "on"}, ["Coffee", "Tea pot"]),
        ({"price_min": "2.50"}, ["Coffee", "Tea pot"]),
        ({"price_max": "2.50"}, ["Tea pot", "tea"]),
        ({"price_min": "2.50", "price_max": "2.5"}, ["Tea pot"]),
        ({"name": "t", "price_min": "1", "in_stock": "on"}, ["Tea pot"]),
        ({"name": "", "price_min": "", "price_max": ""}, ["Coffee", "Tea pot", "tea"]),
    ],
)
def test_products_are_looked_for(client: Client, asked: dict[str, str], found: list[str]) -> None:
    stock_up(0, price="1.00", name="tea")
    stock_up(3, price="2.50", name="Tea pot")
    stock_up(None, price="99.00", name="Coffee")

    page = client.get("/shop/", asked)

    assert names(page) == found
    assert ("No product is like that." in text_of(page)) is (not found)


def test_the_next_page_is_of_what_is_looked_for(client: Client) -> None:
    for number in range(PAGE + 1):
        stock_up(name=f"tea {number}")
        stock_up(0, name=f"pot {number}")

    first = client.get("/shop/", {"name": "tea", "in_stock": "on"})
    second = client.get(f"/shop/?{first.context['page'].next}")

    assert (len(names(first)), names(second)) == (PAGE, ["tea 0"])
    assert second.context["page"].first == "name=tea&in_stock=on"


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ({"price_min": "x"}, {"price_min": ["Enter an amount, such as 12.50."]}),
        ({"price_min": "NaN"}, {"price_min": ["Enter an amount, such as 12.50."]}),
        ({"price_min": "-1"}, {"price_min": ["Enter an amount from 0.00."]}),
        (
            {"price_max": "1.005"},
            {"price_max": ["Enter an amount with at most two places, such as 12.50."]},
        ),
        (
            {"price_max": "1" * 400},
            {"price_max": ["Enter an amount up to 9,999,999,999,999,999.99."]},
        ),
        (
            {"price_min": "2", "price_max": "1"},
            {"price_max": ["This is below 2, where the range begins."]},
        ),
    ],
)
def test_what_cannot_be_looked_for_is_shown_beside_the_field(
    client: Client, asked: dict[str, str], errors: dict[str, list[str]]
) -> None:
    """In the part for the page's script, too; the values are kept."""
    stock_up()

    page = client.get("/shop/", asked)
    part = client.get("/shop/", asked, headers={"HX-Request": "true"})

    assert (page.status_code, errors_of(page), names(page)) == (200, errors, [])
    for name, value in asked.items():
        assert page.context["form"][name].value() == value
    for expected in errors.values():
        assert text_of(page).count(expected[0]) == 2
        assert expected[0] in text_of(part)


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "x" * 251},
        {"name": "\0"},
        {"price_min": "1e999999999"},
        {"price_min": "9" * 5000},
        {"price_max": "١٢"},
        {"in_stock": "maybe"},
        {"customer": "1", "page": "-1"},
    ],
)
def test_nothing_that_is_looked_for_breaks_the_page(client: Client, asked: dict[str, str]) -> None:
    stock_up()

    assert client.get("/shop/", asked).status_code == 200


BAD_CURSORS = [
    "",
    "x",
    "-1",
    "1.5",
    "1e3",
    "9" * 19,
    "9" * 400,
    "1 ",
    "\N{ARABIC-INDIC DIGIT ONE}",
    "\0",
    "' OR 1=1",
]


@pytest.mark.parametrize("cursor", BAD_CURSORS)
@pytest.mark.parametrize("path", ["/shop/", "/shop/orders/", "/shop/products/{product}/"])
def test_a_cursor_that_no_page_gave_is_a_bad_request(
    client: Client, path: str, cursor: str
) -> None:
    product = stock_up()

    page = client.get(f"{path.format(product=product)}?{urlencode({'cursor': cursor})}")

    assert page.status_code == 400
    assert "begin again with the first one" in text_of(page)


@pytest.mark.parametrize("cursor", ["0", "1", "0001", str(2**63 - 1)])
def test_any_other_cursor_is_a_page(client: Client, cursor: str) -> None:
    product = stock_up()

    for path in ("/shop/", "/shop/orders/", f"/shop/products/{product}/"):
        assert client.get(path, {"cursor": cursor}).status_code == 200


def test_an_empty_shop_says_what_to_do() -> None:
    local, ann = Client(), sign_in()

    for client, expected in (
        (local, "The shop has no products yet."),
        (ann, "The shop has no products yet. Look in again later."),
    ):
        assert expected in text_of(client.get("/shop/"))
        assert "There are no more products." in text_of(client.get("/shop/?cursor=1"))
        assert "Show all products" in text_of(client.get("/shop/?name=x"))


def test_the_links_of_staff_are_for_staff(client: Client) -> None:
    """To the stock entries and to the back office."""
    product = stock_up()
    links = [
        f"/shop/products/{product}/#entries",
        f"/backoffice/shop/product/{product}/change/",
        "/backoffice/shop/product/add/",
        "/backoffice/shop/product/",
    ]

    pages = {
        "local": client.get("/shop/"),
        "operator": sign_in("olga", Role.OPERATOR).get("/shop/"),
        "viewer": sign_in("vera", Role.VIEWER).get("/shop/"),
        "customer": sign_in("ann").get("/shop/"),
    }

    shown = {
        who: [link for link in links if f'href="{link}"' in page.content.decode()]
        for who, page in pages.items()
    }
    assert shown == {"local": links, "operator": links, "viewer": [], "customer": []}


def ask(client: Client, path: str, tag: str = "") -> Response:
    """Request the part that changes, as the page's script does."""
    known = {"If-None-Match": tag} if tag else {}
    return client.get(path, headers={"HX-Request": "true"} | known)


@pytest.mark.parametrize("path", ["/shop/?name=te", "/shop/products/{product}/"])
def test_what_has_not_changed_is_not_sent_again(client: Client, path: str) -> None:
    """The page names its version, and the script requests a newer one."""
    product = stock_up(10, name="tea")
    path = path.format(product=product)
    page = client.get(path)
    tag = f'"{page.context["tag"]}"'

    same = ask(client, path, tag)
    receive(product, 5)
    changed = ask(client, path, tag)

    assert f'data-etag="{page.context["tag"]}"' in page.content.decode()
    assert "HX-Request" in page["Vary"]
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert (changed.status_code, "15 available" in text_of(changed)) == (200, True)
    assert (changed["ETag"] != tag, changed["Cache-Control"]) == (True, "private, no-cache")
    assert b"<html" not in changed.content
    assert "HX-Request" in changed["Vary"]
    assert ask(client, path, changed["ETag"]).status_code == 304


@pytest.mark.parametrize("change", ["rename", "add", "delete"])
def test_whatever_changes_in_the_list_is_sent(client: Client, change: str) -> None:
    product = stock_up(name="tea")
    tag = f'"{client.get("/shop/").context["tag"]}"'

    if change == "rename":
        products.edit(product, name="Tea", actor="test")
    elif change == "add":
        stock_up(name="pot")
    else:
        products.delete(product, actor="test")

    assert ask(client, "/shop/", tag).status_code == 200


def test_a_part_is_another_one_to_whom_it_shows_more(client: Client) -> None:
    """Staff see more than customers, so tags differ."""
    stock_up()
    tag = ask(sign_in(), "/shop/")["ETag"]

    assert ask(client, "/shop/", tag).status_code == 200


def test_looking_around_changes_nothing(client: Client) -> None:
    stock_up()
    before = everything()

    for path in ("/shop/", "/shop/products/1/", "/shop/orders/"):
        client.get(path)
        assert client.post(path).status_code in (403, 404, 405)

    assert everything() == before
