"""Takes a picture of every page, in both themes and at two widths (`make screenshots`).

With ``--readme`` it takes those that the README shows.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.cli.served import ROOT
from tests.e2e import pages
from tests.e2e.conftest import opened
from tests.e2e.site import Site, closed_site
from tools import chromium

FOLDER = ROOT / "build" / "screenshots"
README_FOLDER = ROOT / "docs" / "screenshots"
README = ("player-detail", "shop")
THEMES, WIDTHS, HEIGHT = ("light", "dark"), (1280, 390), 800


def main(requested: list[str]) -> int:
    """Take the pictures; return the exit status."""
    if reason := chromium.unavailable():
        sys.stderr.write(f"{reason}; `make engines` installs it.\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as data,
        closed_site(Path(data), "seed") as site,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright)
        made = list(
            for_readme(browser, site) if requested == ["--readme"] else every(browser, site)
        )
        browser.close()
    sys.stdout.write(f"{len(made)} pictures in {made[0].parent}\n")
    return 0


def every(browser: Browser, site: Site) -> Iterator[Path]:
    """Take each page in each theme at each width."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for theme in THEMES:
        tabs: dict[str | None, Page] = {}
        for name, shown in pages.EVERY.items():
            if shown.who not in tabs:
                tabs[shown.who] = opened(browser, site, shown.who, color_scheme=theme).new_page()
            tab = tabs[shown.who]
            tab.goto(shown.at(site.ids))
            for width in WIDTHS:
                path = FOLDER / f"{re.sub('[ :]', '-', name)}-{width}-{theme}.png"
                take(tab, path, width=width, full_page=True)
                yield path
        for tab in tabs.values():
            tab.context.close()


def for_readme(browser: Browser, site: Site) -> Iterator[Path]:
    """Take the README's pictures."""
    README_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in README:
        shown = pages.EVERY[name]
        tab = opened(browser, site, shown.who).new_page()
        tab.goto(shown.at(site.ids))
        path = README_FOLDER / f"{name}.png"
        take(tab, path, width=WIDTHS[0])
        tab.context.close()
        yield path


def take(tab: Page, path: Path, *, width: int, full_page: bool = False) -> None:
    """Take a picture of a tab: the whole page, or the visible part."""
    tab.set_viewport_size({"width": width, "height": HEIGHT})
    # Scripts react to the new width before the next frame is drawn.
    tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    tab.screenshot(path=path, full_page=full_page, animations="disabled")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
