"""The server is killed while a form is submitted: sent again, it is one trade."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from playwright.sync_api import expect

from tests.cli.served import served
from tests.e2e.conftest import Enter
from tests.e2e.site import CLOSED, closed_site


def test_a_server_that_died_is_asked_again(enter: Enter, tmp_path: Path) -> None:
    """It is killed before the commit and restarted; reloading sends the form again."""
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(closed_site(tmp_path, "people"))
        buyers, seller = [site.player("Ann"), site.player("Bob")], site.player("Cy")
        pages = [enter("operator", at=site), enter("operator", at=site, javascript=False)]
        for page, buyer in zip(pages, buyers, strict=True):
            page.goto(f"/players/trade/?buyer={buyer}&seller={seller}&goods=3&coins=40")

        with site.held():
            for page in pages:
                with page.expect_request("**/players/trade/"):
                    page.locator("form.trade").evaluate("form => form.requestSubmit()")
            os.killpg(site.server.process.pid, signal.SIGKILL)
            site.server.process.wait()
        for page in pages:
            expect(page.locator("html")).not_to_contain_text("Tradepost")
        # On the same port, which the page's address has.
        port = site.url.rpartition(":")[2]
        stack.enter_context(served(tmp_path, "--port", port, **CLOSED))

        for page, buyer in zip(pages, buyers, strict=True):
            assert site.trades(buyer) == []
            page.reload()
            expect(page.get_by_role("status").first).to_contain_text("buys 3 goods")
            page.go_back()
            page.go_forward()
            assert len(site.trades(buyer)) == 1
            assert site.balance(buyer) == (60, 13)
