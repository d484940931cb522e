"""The overview, which updates itself, and API keys."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Enter
from tests.e2e.site import Site

POLL_MS = 6_000
PATIENCE_S = 20


def test_the_overview_keeps_itself_up_to_date(enter: Enter, site: Site) -> None:
    """New trades appear; while nothing changes, the response is 304."""
    buyer, seller = site.player("Olaf Overseen"), site.player("Sara Overseen")
    page = enter("viewer")
    page.clock.install()
    page.goto("/overview/")
    latest = page.get_by_role("region", name="Latest trades")
    expect(latest).not_to_contain_text("Olaf Overseen")

    with page.expect_response("**/overview/now/") as answered:
        page.clock.fast_forward(POLL_MS)
    assert answered.value.status == 304

    site.ask("POST", "trades", {"seller": seller, "buyer": buyer, "goods": 2, "coins": 7})
    page.clock.fast_forward(POLL_MS)
    expect(latest).to_contain_text("Olaf Overseen")

    page.get_by_role("button", name="Pause updates").click()
    site.ask("POST", "trades", {"seller": seller, "buyer": buyer, "goods": 1, "coins": 3})
    before = latest.inner_text()
    page.clock.fast_forward(POLL_MS)
    page.get_by_role("button", name="Pause updates").click()
    assert latest.inner_text() == before
    with page.expect_response("**/overview/now/") as answered:
        page.clock.fast_forward(POLL_MS)
    assert answered.value.status == 200


def test_the_audit_is_run_from_the_overview(enter: Enter, javascript: bool) -> None:
    page = enter("operator", javascript=javascript)
    page.goto("/overview/")
    page.get_by_role("button", name="Run the audit").click()

    expect(page.get_by_role("status").first).to_contain_text("The audit found nothing wrong.")
    verdict = page.get_by_role("region", name="Does it all add up?")
    expect(verdict).to_contain_text("Yes: all")


def make_key(page: Page, name: str) -> str:
    """Create a key that may read; return its secret."""
    page.goto("/keys/create/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Read:").check()
    page.get_by_role("button", name="Make the key").click()
    return page.locator("#secret").inner_text().strip()


def test_a_key_is_shown_once_works_and_is_revoked(
    enter: Enter, site: Site, javascript: bool
) -> None:
    """It works for its scopes until it is revoked."""
    name = f"reader {'script' if javascript else 'plain'}"
    page = enter("admin", javascript=javascript)
    secret = make_key(page, name)
    assert site.ask("GET", "players?limit=1", secret=secret)[0] == 200
    refused = {"name": "nobody", "coins": 1, "goods": 1}
    assert site.ask("POST", "players", refused, secret=secret)[0] == 403

    page.get_by_role("link", name="I have it").click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("good")
    assert secret not in page.content()
    row.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("status").first).to_contain_text("is revoked")
    expect(row).to_contain_text("revoked")

    # Each process caches keys for a moment.
    deadline = time.monotonic() + PATIENCE_S
    while (status := site.ask("GET", "players?limit=1", secret=secret)[0]) == 200:
        assert time.monotonic() < deadline
    assert status == 401

    # The page that showed it is not cached.
    make_key(page, f"{name} again")
    page.get_by_role("link", name="I have it").click()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
