"""One browser and two servers for all tests, and a new browser context for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.e2e.guard import Guard
from tests.e2e.site import Site, closed_site, open_site
from tools import chromium

TIMEOUT_MS = 10_000
DESKTOP, PHONE = 1280, 390
Enter = Callable[..., Page]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright; without Chromium the tests are skipped, or fail where they are required."""
    if reason := chromium.unavailable():
        if os.environ.get("TRADEPOST_REQUIRE_ENGINES") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    expect.set_options(timeout=TIMEOUT_MS)
    # Its event loop occupies this thread, which would disturb other tests.
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser that reloads pages when going back."""
    launched = chromium.launch(playwright)
    yield launched
    launched.close()


@pytest.fixture(scope="package")
def keeping_browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser that restores pages from its cache when going back."""
    launched = chromium.launch(playwright, keeps_pages=True)
    yield launched
    launched.close()


@pytest.fixture(scope="package")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that requires a login, with sample data."""
    with closed_site(tmp_path_factory.mktemp("closed"), "seed") as opened:
        yield opened


@pytest.fixture(scope="package")
def empty(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server in local mode; each test leaves it without players and products."""
    with open_site(tmp_path_factory.mktemp("open")) as opened:
        yield opened


@pytest.fixture
def guard() -> Iterator[Guard]:
    """The guard of all contexts of a test."""
    guard = Guard()
    yield guard
    assert guard.wrong == []


def opened(
    browser: Browser, site: Site, who: str | None, *, width: int = DESKTOP, **options: Any
) -> BrowserContext:
    """Open a browser context, signed in as an account."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        locale="en-US",
        timezone_id="Europe/Berlin",
        **options,
    )
    context.set_default_timeout(TIMEOUT_MS)
    if who:
        session = site.session(who)
        context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    return context


@pytest.fixture
def enter(
    browser: Browser, site: Site, guard: Guard, request: pytest.FixtureRequest
) -> Iterator[Enter]:
    """Return a function that opens a browser context, signed in, and returns its tab."""
    contexts: list[BrowserContext] = []

    def open_tab(
        who: str | None = "operator",
        *,
        at: Site = site,
        javascript: bool = True,
        keeps_pages: bool = False,
        **options: Any,
    ) -> Page:
        used = request.getfixturevalue("keeping_browser") if keeps_pages else browser
        context = opened(used, at, who, java_script_enabled=javascript, **options)
        contexts.append(context)
        guard.watch(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Whether pages may run scripts."""
    return bool(request.param)


def values_of(form: Locator) -> dict[str, str]:
    """Return the values that a form would send."""
    script = "form => Object.fromEntries(new FormData(form))"
    found: dict[str, str] = form.evaluate(script)
    return found
