"""Every console session in the documentation, played line by line against a server."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.served import environment, free_port, run, served
from tests.cli.session import BLOCK, SECRET, alike, steps, typed
from tests.docs.browser import Browser
from tests.docs.pages import DOCS, PAGES, told

# An action of the reader in a browser, between two sessions.
BROWSED = re.compile(r"^% browser: (.+)$", re.MULTILINE)
PASSWORD = "walnut-tray-77"
IN_BROWSER: dict[str, Callable[[Browser], str]] = {
    "trade": lambda browser: browser.send(
        "/players/trade/", seller="2", buyer="1", goods="1", coins="10"
    ),
    "sign up": lambda browser: browser.send(
        "/account/signup/", username="cleo", password1=PASSWORD, password2=PASSWORD
    ),
    "buy": lambda browser: browser.send("/shop/products/1/buy/", quantity="2"),
    "cancel": lambda browser: browser.send("/shop/orders/1/cancel/"),
}
PLAYED = [page for page in PAGES if BLOCK.search(page.read_text())]


@pytest.mark.parametrize("page", PLAYED, ids=told)
def test_a_page_prints_what_it_says(page: Path, tmp_path: Path) -> None:
    """All sessions of a page are played in order, on an empty database."""
    text = page.read_text()
    said, printed = [], []

    with served(tmp_path) as server:
        browser, secret = Browser(server.url), ""
        # The text between two actions in the browser.
        parts = BROWSED.split(text)
        for place, part in enumerate(parts):
            if place % 2:
                IN_BROWSER[part](browser)
                continue
            for command, output in steps(part):
                got = typed(command.replace("$KEY", secret), server.url, tmp_path)
                secret = found[0] if (found := SECRET.search(got)) else secret
                said.append((command, alike(output)))
                printed.append((command, alike(got)))

    assert printed == said


def test_what_the_server_wants_settled_is_quoted(tmp_path: Path) -> None:
    """The page quotes the message of a server that is not configured for other machines yet."""
    env = environment(tmp_path, PORT=str(free_port()))

    refused = run("serve", "--host", "0.0.0.0", env=env, cwd=tmp_path)

    page = DOCS / "how-to" / "deploy.md"
    assert refused.returncode == 1
    assert f"```text\n{refused.stderr.strip()}\n```" in page.read_text()


def test_the_tutorial_and_the_guides_are_played() -> None:
    """Control: a code block with another fence would silently go untested."""
    assert {told(page) for page in PLAYED} >= {
        "how-to/keys.md",
        "how-to/people.md",
        "how-to/receipts.md",
        "how-to/retry.md",
        "how-to/watch.md",
        "tutorial/first-sale.md",
        "tutorial/first-trade.md",
    }
    assert not [told(page) for page in PAGES if page not in PLAYED and "\n$ " in page.read_text()]
