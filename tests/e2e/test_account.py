"""Accounts in a browser: sign-in, sign-out, passwords, a second factor, an expired session."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter
from tests.e2e.demo import PASSWORD
from tests.e2e.site import Site
from tests.e2e.test_trade import COINS, GOODS

ANOTHER = "loud-mountain-83"


def named(kind: str, *, javascript: bool) -> str:
    """Return the account that the test may change."""
    return f"{kind}-{'script' if javascript else 'plain'}"


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in and submit the sign-in form."""
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    """Sign out, from any page."""
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("status").first).to_contain_text("signed out")


def give_code(page: Page, secret: str, button: str) -> None:
    """Enter the current code, or the next one if it has expired meanwhile."""
    for _ in range(2):
        page.get_by_label("Code").fill(code_of(secret))
        page.get_by_role("main").get_by_role("button", name=button).click()
        page.wait_for_load_state()
        if not page.get_by_role("alert").is_visible():
            return


def code_of(secret: str) -> str:
    """Return what an authenticator app shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    [number] = struct.unpack_from(">I", digest, digest[-1] & 0xF)
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


def test_one_signs_in_changes_the_password_and_signs_out(enter: Enter, javascript: bool) -> None:
    """A wrong password is refused, sign-in leads to the requested page, the old password ends."""
    name = named("mover", javascript=javascript)
    page = enter(None, javascript=javascript)
    page.goto("/shop/orders/")
    sign_in(page, name, "wrong-guess-12")
    expect(page.get_by_role("alert")).to_contain_text("The username or the password is wrong.")
    expect(page.get_by_label("Username")).to_have_value(name)
    sign_in(page, name)
    expect(page).to_have_url(re.compile("/shop/orders/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My orders")

    page.get_by_role("banner").get_by_role("link", name=name).click()
    page.get_by_role("link", name="Change it").last.click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(ANOTHER)
    page.get_by_label("New password, once more").fill(ANOTHER)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("status").first).to_contain_text("password")

    sign_out(page)
    page.goto("/shop/orders/")
    sign_in(page, name)
    expect(page.get_by_role("alert")).to_contain_text("The username or the password is wrong.")
    sign_in(page, name, ANOTHER)
    expect(page.get_by_role("heading", level=1)).to_have_text("My orders")


def test_a_second_factor_is_asked_for(enter: Enter, javascript: bool) -> None:
    """After activation, the next sign-in asks for a code."""
    name = named("guarded", javascript=javascript)
    page = enter(name, javascript=javascript)
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Switch it on").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator("#authenticator-secret").inner_text().strip()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("alert")).to_contain_text("Code")
    give_code(page, secret, "Switch it on")
    expect(page.get_by_role("main")).not_to_contain_text("Switch on the authenticator app")

    sign_out(page)
    page.goto("/players/")
    sign_in(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    page.goto("/players/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    give_code(page, secret, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Players")


@pytest.mark.parametrize("ends", ["on the server", "in the browser"])
def test_what_is_sent_after_the_session_is_not_lost_silently(
    enter: Enter, site: Site, javascript: bool, ends: str
) -> None:
    """Nothing was done; after signing in, the form is shown again, and works."""
    buyer, seller = site.player("Late buyer"), site.player("Late seller")
    page = enter("operator", javascript=javascript)
    page.goto(f"/players/trade/?buyer={buyer}&seller={seller}&goods=2&coins=30")
    if ends == "on the server":
        [cookie] = [one for one in page.context.cookies() if one["name"] == "sessionid"]
        site.forget(cookie["value"])
    else:
        page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Trade", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("status").first).to_contain_text("was not done")
    assert site.trades(buyer) == []
    sign_in(page, "operator")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trade")
    expect(page.get_by_label("Buyer", exact=True)).to_have_value(buyer)
    page.get_by_label(GOODS).fill("2")
    page.get_by_label(COINS).fill("30")
    page.get_by_role("button", name="Trade", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("buys 2 goods")
    assert len(site.trades(buyer)) == 1
