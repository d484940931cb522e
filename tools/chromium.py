"""Where the browser is that the end-to-end tests and the screenshots drive."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

PACKAGE = "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Whatever a page asks for elsewhere is not found: nothing leaves the machine.
_ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


def program() -> str | None:
    """Return the browser's path, if there is one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def unavailable() -> str | None:
    """Say why there is no browser; None when there is one."""
    if program():
        return None
    return "no Chromium: there is no " + ", ".join(_NAMES[:-1]) + f" or {_NAMES[-1]} on the PATH"


def launch(playwright: Playwright, *, keeps_pages: bool = False) -> Browser:
    """Start the browser.

    Args:
        keeps_pages: Whether it goes back to a page as it was left, as people's browsers mostly
            do; else it loads the page anew, as they do when they are short of memory.
    """
    # Its sandbox refuses to work for root.
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=program(),
        args=[*alone, "--disable-dev-shm-usage", _ONLY_HERE],
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
    )
