"""Every page, in both themes and at two widths: axe finds nothing, and nothing overflows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import pages
from tests.e2e.axe import LOOKS, violations
from tests.e2e.conftest import DESKTOP, PHONE, opened
from tests.e2e.guard import Guard
from tests.e2e.site import Site

# Findings in the frame of the back office's theme. None of them is a WCAG criterion, and fixing
# them would need copies of the theme's templates.
OF_THE_LIBRARY = {
    "landmark-one-main": "its frame has no main part",
    "landmark-unique": "its bar scrolls in a region that is named like another",
    "region": "without a main part, what is in it is in none",
}
# A theme can only break colours, and a width only the layout, so the second look is at these alone.
SEEN: tuple[tuple[Literal["light", "dark"], int, tuple[str, ...]], ...] = (
    ("light", DESKTOP, ()),
    ("dark", PHONE, LOOKS),
)
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > window.innerWidth"


def test_every_page_is_looked_at() -> None:
    """Every route has a page in `pages`, or a reason to have none."""
    known = {*pages.PAGES, *pages.BACK_OFFICE, *pages.NOT_SHOWN}

    assert sorted(set(pages.names()) - known) == []
    assert sorted(known - set(pages.names())) == []


@pytest.fixture(scope="module")
def tab(browser: Browser, site: Site) -> Iterator[Callable[[str | None], Page]]:
    """Return a function that returns an account's tab; tabs share the cached style sheets."""
    tabs: dict[str | None, Page] = {}

    def of(who: str | None) -> Page:
        if who not in tabs:
            tabs[who] = opened(browser, site, who).new_page()
        return tabs[who]

    yield of
    for one in tabs.values():
        one.context.close()


@pytest.mark.parametrize("name", list(pages.EVERY))
def test_anybody_can_read_and_use_the_page(
    tab: Callable[[str | None], Page], site: Site, guard: Guard, name: str
) -> None:
    """WCAG 2.2 AA, as far as a program can check; and nothing overflows to the right."""
    shown = pages.EVERY[name]
    page = tab(shown.who)
    known = OF_THE_LIBRARY if name in pages.BACK_OFFICE else {}
    with guard.watching(page.context):
        answer = page.goto(shown.at(site.ids))
        wrong = {}
        for scheme, width, only in SEEN:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 900})
            found = violations(page, without=known, only=only)
            if page.evaluate(WIDER_THAN_THE_WINDOW):
                found.append("wider than the window")
            if found:
                wrong[f"{scheme}, {width}"] = found

    assert answer is not None
    assert answer.status == shown.status
    assert page.locator("h1").count() == 1
    assert wrong == {}
