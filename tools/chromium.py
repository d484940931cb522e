"""The browser for the end-to-end tests and the screenshots."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

PACKAGE = "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Requests to other machines fail: no host name but localhost resolves.
_ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


def program() -> str | None:
    """Return the path of the browser, if one is installed."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def unavailable() -> str | None:
    """Return why there is no browser, or None."""
    if program():
        return None
    return "no Chromium: there is no " + ", ".join(_NAMES[:-1]) + f" or {_NAMES[-1]} on the PATH"


def launch(playwright: Playwright, *, keeps_pages: bool = False) -> Browser:
    """Start the browser.

    Args:
        keeps_pages: Whether going back shows a page as it was left, as most browsers do.
            Otherwise the page is loaded again, as browsers do when memory is short.
    """
    # The sandbox does not work for root.
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=program(),
        args=[*alone, "--disable-dev-shm-usage", _ONLY_HERE],
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
    )
