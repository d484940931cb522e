"""A trade in a browser: preview, refusal, success; and made once, however it is sent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Enter, values_of
from tests.e2e.site import Site

FORM = "form.trade"
PATH = "/players/trade/"
COINS, GOODS = "Gives coins", "Gives goods"


@pytest.fixture
def pair(site: Site) -> tuple[str, str]:
    """A buyer and a seller, with 100 coins and 10 goods each."""
    return site.player("Bea Buyer"), site.player("Sol Seller")


def fill(page: Page, pair: tuple[str, str], *, goods: int, coins: int) -> None:
    """Fill in the form."""
    page.get_by_label("Buyer", exact=True).select_option(pair[0])
    page.get_by_label("Seller", exact=True).select_option(pair[1])
    page.get_by_label(GOODS).fill(str(goods))
    page.get_by_label(COINS).fill(str(coins))


def send(page: Page) -> None:
    """Trade."""
    page.get_by_role("button", name="Trade", exact=True).click()


def opened(enter: Enter, pair: tuple[str, str], **options: bool) -> Page:
    """Return a page with the form filled in: 3 goods for 40 coins."""
    page = enter("operator", **options)
    page.goto(PATH)
    fill(page, pair, goods=3, coins=40)
    return page


def test_balances_are_shown_before(enter: Enter, pair: tuple[str, str], javascript: bool) -> None:
    """Both balances after the trade, or the shortfall: while typing, or by a button."""
    page = opened(enter, pair, javascript=javascript)
    look = page.get_by_role("button", name="See balances first")
    buyer = page.get_by_role("region", name="Buyer afterwards")
    seller = page.get_by_role("region", name="Seller afterwards")

    if not javascript:
        look.click()
    expect(buyer).to_contain_text("100 → 60 coins")
    expect(buyer).to_contain_text("10 → 13 goods")
    expect(seller).to_contain_text("100 → 140 coins")

    page.get_by_label(COINS).fill("112")
    if not javascript:
        look.click()
    expect(buyer).to_contain_text("12 coins short")
    expect(page.get_by_label(COINS)).to_have_value("112")


def test_a_refusal_keeps_what_was_typed(
    enter: Enter, site: Site, pair: tuple[str, str], javascript: bool
) -> None:
    """It shows the shortfall, moves the focus there, changes nothing, and can be corrected."""
    page = opened(enter, pair, javascript=javascript)
    page.get_by_label(COINS).fill("112")
    send(page)

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Buyer does not have enough coins. 12 coins short")
    if javascript:
        expect(summary).to_be_focused()
        assert violations(page) == []
    expect(page.get_by_label("Buyer", exact=True)).to_have_value(pair[0])
    expect(page.get_by_label("Seller", exact=True)).to_have_value(pair[1])
    expect(page.get_by_label(GOODS)).to_have_value("3")
    field = page.get_by_label(COINS)
    expect(field).to_have_value("112")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert site.trades(pair[0]) == []

    summary.get_by_role("link").first.click()
    expect(field).to_be_focused()
    field.fill("100")
    send(page)
    expect(page.get_by_role("status").first).to_contain_text("buys 3 goods")
    assert site.balance(pair[0]) == (0, 13)
    assert site.balance(pair[1]) == (200, 7)


def test_one_form_is_one_trade(
    enter: Enter, site: Site, pair: tuple[str, str], javascript: bool
) -> None:
    """Clicked twice, reloaded, sent from another tab, or after going back."""
    page = opened(enter, pair, javascript=javascript, keeps_pages=True)
    values = values_of(page.locator(FORM))

    page.get_by_role("button", name="Trade", exact=True).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Players")
    assert len(site.trades(pair[0])) == 1
    page.reload()
    page.context.request.post(PATH, form=values, headers={"Referer": f"{site.url}{PATH}"})
    page.go_back(wait_until="commit")
    send(page)
    expect(page.get_by_role("status").first).to_contain_text("This was done already")

    assert len(site.trades(pair[0])) == 1
    assert site.balance(pair[0]) == (60, 13)


def test_a_form_gone_back_to_is_one_trade_where_the_page_is_loaded_anew(
    enter: Enter, site: Site, pair: tuple[str, str]
) -> None:
    """The browser reloads the page; its script restores the form's key."""
    page = opened(enter, pair)
    send(page)
    expect(page.get_by_role("status").first).to_contain_text("buys 3 goods")

    page.go_back()
    fill(page, pair, goods=3, coins=40)
    send(page)
    expect(page.get_by_role("status").first).to_contain_text("This was done already")
    page.go_back()
    fill(page, pair, goods=1, coins=1)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("This form was sent before")

    assert len(site.trades(pair[0])) == 1


def test_one_form_in_two_tabs_is_one_trade(
    enter: Enter, site: Site, pair: tuple[str, str], javascript: bool
) -> None:
    """Both are sent at the same moment; both show the one trade."""
    first = opened(enter, pair, javascript=javascript)
    second = first.context.new_page()
    second.goto(PATH)
    fill(second, pair, goods=3, coins=40)
    key = first.locator(f"{FORM} [name=key]").input_value()
    second.locator(f"{FORM} [name=key]").evaluate("(field, key) => field.value = key", key)

    with site.held():
        for page in (first, second):
            page.locator(FORM).evaluate("form => form.submit()")

    for page in (first, second):
        expect(page.get_by_role("heading", level=1)).to_have_text("Players")
    assert len(site.trades(pair[0])) == 1
    assert site.balance(pair[0]) == (60, 13)


def test_a_lost_answer_is_asked_for_again(
    enter: Enter, site: Site, pair: tuple[str, str], javascript: bool
) -> None:
    """The trade was made, but the response was lost: sending the form again shows it."""
    page = opened(enter, pair, javascript=javascript)

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route(f"**{PATH}", lose)
    page.locator(FORM).evaluate("form => form.requestSubmit()")
    expect(page.locator("html")).not_to_contain_text("Tradepost")
    assert len(site.trades(pair[0])) == 1
    page.unroute(f"**{PATH}")
    page.reload()

    expect(page.get_by_role("status").first).to_contain_text("This was done already")
    assert len(site.trades(pair[0])) == 1


def test_the_keyboard_is_enough(enter: Enter, site: Site) -> None:
    """Past the menu, through the form, and to its errors."""
    buyer, seller = site.player("Zora Keys"), site.player("Zeno Keys")
    page = enter("operator")
    page.goto(PATH)
    keys = page.keyboard

    keys.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.get_by_label("Buyer", exact=True)).to_be_focused()
    keys.type("Zora")
    expect(page.get_by_label("Buyer", exact=True)).to_have_value(buyer)
    keys.press("Tab")
    keys.type("500")
    keys.press("Tab")
    expect(page.get_by_label("Seller", exact=True)).to_be_focused()
    keys.type("Zeno")
    keys.press("Tab")
    keys.type("2")
    keys.press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    coins = page.get_by_label(COINS)
    expect(coins).to_be_focused()
    keys.press("Control+A")
    keys.type("50")
    send_button = page.get_by_role("button", name="Trade", exact=True)
    for _ in range(8):
        keys.press("Tab")
        if send_button.evaluate("button => button === document.activeElement"):
            break
    expect(send_button).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("buys 2 goods")
    assert site.balance(buyer) == (50, 12)
    assert site.balance(seller) == (150, 8)


def test_a_phone_is_enough(enter: Enter, site: Site, pair: tuple[str, str]) -> None:
    """The menu works, nothing scrolls sideways, and a trade is made."""
    page = enter("operator", width=390, has_touch=True, is_mobile=True)
    page.goto("/players/")
    links = page.get_by_role("banner").get_by_role("link")
    for place in range(links.count()):
        box = links.nth(place).bounding_box()
        assert box is not None
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    page.get_by_role("banner").get_by_role("link", name="Trade", exact=True).tap()
    fill(page, pair, goods=3, coins=40)
    expect(page.get_by_role("region", name="Seller afterwards")).to_contain_text("140 coins")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Trade", exact=True).tap()
    expect(page).to_have_url(re.compile("/players/$"))
    assert len(site.trades(pair[0])) == 1
