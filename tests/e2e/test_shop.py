"""The shop in a browser: sign up, buy, cancel, and compete with other buyers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter, values_of
from tests.e2e.demo import PASSWORD
from tests.e2e.site import Site


def at_product(page: Page, product: str, quantity: int = 1) -> None:
    """Open a product, and enter a quantity."""
    page.goto(f"/shop/products/{product}/")
    page.get_by_label("How many").fill(str(quantity))


def order(page: Page) -> None:
    """Submit the order."""
    page.get_by_role("button", name="Order", exact=True).click()


def test_somebody_new_signs_up_buys_and_cancels(enter: Enter, site: Site, javascript: bool) -> None:
    """From the sign-up to the order, the list of orders, and a cancellation."""
    product = site.product(f"Reed basket {javascript}", price="12.50", stock=4)
    name = f"newcomer-{javascript}"
    page = enter(None, javascript=javascript)
    page.goto("/shop/")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    page.get_by_role("link", name=f"Reed basket {javascript}", exact=True).click()
    page.get_by_label("How many").fill("3")
    if javascript:
        expect(page.get_by_text("Together 37.50")).to_be_visible()
    order(page)

    expect(page.get_by_role("status").first).to_contain_text("is placed")
    expect(page.get_by_role("heading", level=1)).to_contain_text("placed")
    expect(page.locator("tfoot")).to_contain_text("37.50")
    assert site.stock(product) == 1
    page.get_by_role("link", name="My orders").first.click()
    row = page.get_by_role("row").filter(has_text=f"Reed basket {javascript}")
    expect(row).to_contain_text("placed")
    row.get_by_role("link").first.click()
    page.get_by_role("link", name="Cancel this order").click()
    page.get_by_role("button", name="Cancel the order").click()

    expect(page.get_by_role("status").first).to_contain_text("is cancelled")
    assert site.stock(product) == 4
    [placed] = site.orders(product)
    assert placed["state"] == "cancelled"


def test_another_price_is_shown_before_it_is_paid(
    enter: Enter, site: Site, javascript: bool
) -> None:
    """The form is kept, and offers the new price."""
    product = site.product("Copper kettle", price="80.00")
    page = enter("customer", javascript=javascript)
    at_product(page, product, 2)
    site.ask("PATCH", f"products/{product}", {"price": "85.00"})

    order(page)

    expect(page.get_by_text("The price is now 85.00, you saw 80.00").first).to_be_visible()
    expect(page.get_by_label("How many")).to_have_value("2")
    assert site.orders(product) == []
    page.get_by_role("button", name="Order at 85.00").click()
    expect(page.locator("tfoot")).to_contain_text("170.00")
    [placed] = site.orders(product)
    assert placed["total"] == "170.00"


def test_what_is_sold_out_is_reported(enter: Enter, site: Site, javascript: bool) -> None:
    """In the list, on the product's page, and when it is ordered anyway."""
    product = site.product(f"Pewter mug {javascript}", stock=1)
    page = enter("customer", javascript=javascript)
    at_product(page, product)
    site.ask("POST", "purchases", {"username": "faster", "product": product, "quantity": 1})

    order(page)

    expect(page.get_by_text("Someone was faster: it is sold out").first).to_be_visible()
    assert len(site.orders(product)) == 1
    page.goto("/shop/")
    ware = page.get_by_role("listitem").filter(has_text=f"Pewter mug {javascript}")
    expect(ware).to_contain_text("sold out")


def test_fewer_are_offered_when_someone_was_faster(
    enter: Enter, site: Site, javascript: bool
) -> None:
    """The page offers to order what is left with one click."""
    product = site.product("Linen apron", stock=3)
    page = enter("customer", javascript=javascript)
    at_product(page, product, 3)
    site.ask("POST", "purchases", {"username": "faster", "product": product, "quantity": 1})

    order(page)

    told = "Someone was faster: 2 left, you asked for 3."
    expect(page.get_by_text(told).first).to_be_visible()
    expect(page.get_by_label("How many")).to_have_value("3")
    page.get_by_role("button", name="Take 2").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("placed")
    assert site.stock(product) == 0
    assert sorted(one["lines"][0]["quantity"] for one in site.orders(product)) == [1, 2]


def test_two_browsers_race_for_the_last_one(enter: Enter, site: Site, javascript: bool) -> None:
    """Of two orders at the same time, one is placed and the other is refused."""
    product = site.product("The last lantern", stock=1)
    pages = [enter("customer", javascript=javascript), enter("operator", javascript=javascript)]
    for page in pages:
        at_product(page, product)
    pages[1].get_by_label("Customer's username").fill("rival")

    with site.held():
        for page in pages:
            page.evaluate("document.getElementById('buy-form').submit()")

    for page in pages:
        expect(page.get_by_role("main")).to_contain_text(re.compile("is placed|Someone was faster"))
    texts = [page.get_by_role("main").inner_text() for page in pages]
    assert sorted("is placed" in text for text in texts) == [False, True]
    assert len(site.orders(product)) == 1
    assert site.stock(product) == 0


def test_one_form_is_one_order(enter: Enter, site: Site, javascript: bool) -> None:
    """Clicked twice, reloaded, sent from another tab, or after going back."""
    product = site.product("Felt slippers", stock=9)
    page = enter("customer", javascript=javascript, keeps_pages=True)
    at_product(page, product)
    values = values_of(page.locator("#buy-form"))

    page.get_by_role("button", name="Order", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("placed")
    first = page.url
    page.reload()
    again = page.context.request.post(f"/shop/products/{product}/buy/", form=values)
    assert again.url == first
    page.go_back(wait_until="commit")
    order(page)
    expect(page).to_have_url(first)

    assert len(site.orders(product)) == 1
    assert site.stock(product) == 8


def test_a_form_gone_back_to_is_the_same_where_the_page_is_loaded_anew(
    enter: Enter, site: Site
) -> None:
    """The browser reloads the page; its script restores the form's key."""
    product = site.product("Tin whistle", stock=9)
    page = enter("customer")
    at_product(page, product)
    order(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("placed")
    first = page.url

    page.go_back()
    order(page)

    expect(page).to_have_url(first)
    expect(page.get_by_role("status").first).to_contain_text("ordered already")
    assert len(site.orders(product)) == 1
    page.go_back()
    page.reload()
    order(page)
    expect(page.get_by_role("status").first).to_contain_text("is placed")
    assert len(site.orders(product)) == 2
