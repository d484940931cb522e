"""Takes a picture of every page, in both themes, for a desk and for a phone (`make screenshots`).

With ``--readme`` it takes those that the README shows.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.cli.served import ROOT
from tests.e2e import pages
from tests.e2e.site import Site, closed_site
from tools import chromium

FOLDER = ROOT / "build" / "screenshots"
README_FOLDER = ROOT / "docs" / "screenshots"
README = ("player-trade", "shop")
THEMES, WIDTHS, HEIGHT = ("light", "dark"), (1280, 390), 800


def main(wishes: list[str]) -> int:
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
        made = list(for_readme(browser, site) if wishes == ["--readme"] else every(browser, site))
        browser.close()
    sys.stdout.write(f"{len(made)} pictures in {made[0].parent}\n")
    return 0


def every(browser: Browser, site: Site) -> Iterator[Path]:
    """Take each page in each theme at each width."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for theme in THEMES:
        for width in WIDTHS:
            for name in pages.EVERY:
                path = FOLDER / f"{re.sub('[ :]', '-', name)}-{width}-{theme}.png"
                take(browser, site, name, path, theme=theme, width=width)
                yield path


def for_readme(browser: Browser, site: Site) -> Iterator[Path]:
    """Take those that the README shows."""
    README_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in README:
        path = README_FOLDER / f"{name}.png"
        take(browser, site, name, path, whole=False)
        yield path


def take(
    browser: Browser,
    site: Site,
    name: str,
    path: Path,
    *,
    theme: str = "light",
    width: int = 1280,
    whole: bool = True,
) -> None:
    """Take one page; whole, or as much as fits on a screen."""
    page_of = pages.EVERY[name]
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-US",
        timezone_id="Europe/Berlin",
    )
    if page_of.who:
        session = site.sessions[page_of.who]
        context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto(page_of.at(site.ids))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=whole, animations="disabled")
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
