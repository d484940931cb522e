"""Players in a browser: create, find, edit, grant, delete, and read statements."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Enter
from tests.e2e.site import Site

CROWD = 201
DRAWN = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some(value => value !== 0);
}"""


def find(page: Page, text: str, *, javascript: bool) -> None:
    """Search players; with scripts, while typing."""
    page.get_by_label("Name or number").fill(text)
    if not javascript:
        page.get_by_role("button", name="Find").click()


def names(page: Page) -> list[str]:
    """Return the names in the list."""
    return page.get_by_role("rowheader").all_inner_texts()


def test_from_an_empty_list_to_an_empty_list(enter: Enter, empty: Site, javascript: bool) -> None:
    """The empty list says what to do; ten are created at once, and all are deleted."""
    page = enter(None, at=empty, javascript=javascript)
    page.goto("/")
    expect(page.get_by_text("There are no players")).to_be_visible()
    page.goto("/players/trade/")
    expect(page.get_by_text("There are not enough players to start a trade")).to_be_visible()

    page.goto("/players/")
    page.get_by_role("button", name="Make 10 players").click()
    expect(page.get_by_role("status").first).to_contain_text("10 players join")
    expect(page.get_by_role("rowheader")).to_have_count(10)

    page.get_by_role("link", name="Delete all players").click()
    page.get_by_role("button", name="Delete 10 players").click()
    expect(page.get_by_role("status").first).to_contain_text("10 players are deleted")
    expect(page.get_by_text("There are no players")).to_be_visible()
    assert empty.ask("GET", "players")[1]["items"] == []


def test_one_is_created_edited_granted_and_deleted(
    enter: Enter, site: Site, javascript: bool
) -> None:
    """The list and the page show the changes; with scripts, rows change in place."""
    name = f"Nils Newcomer {'script' if javascript else 'plain'}"
    page = enter("operator", javascript=javascript)
    page.goto("/players/create/")
    page.get_by_label("Coins").fill("77")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert")).to_contain_text("This field is required")
    expect(page.get_by_label("Coins")).to_have_value("77")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create").dblclick()
    expect(page.get_by_role("status").first).to_contain_text(f"{name} joins with 77 coins")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_have_count(1)

    row.get_by_role("link", name="Grant").click()
    # In place, the row is the form.
    page.get_by_label("Coins").fill("23")
    page.get_by_label("Reason").fill("For coming")
    page.get_by_role("button", name="Grant").click()
    expect(page.get_by_role("status").first).to_contain_text("100 coins")
    page.goto("/players/")
    row.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill(f"{name} II")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} II")
    expect(page.get_by_role("table", name="Entries")).to_contain_text("For coming")

    player = page.url.split("/")[-2]
    page.goto("/players/")
    row.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").first).to_contain_text("is deleted, with 100 coins")
    expect(row).to_have_count(0)
    if javascript:
        expect(page).to_have_url(re.compile("/players/$"))
    assert site.ask("GET", f"players/{player}")[0] == 404
    page.goto(f"/players/{player}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("is gone")


@pytest.fixture
def crowd(enter: Enter, empty: Site) -> Iterator[Site]:
    """A server with too many players to choose from a list."""
    players = [{"name": f"Quill {place:03}", "coins": 500} for place in range(CROWD)]
    status, _ = empty.ask("POST", "players/batch", {"players": players})
    assert status == 201
    yield empty
    page = enter(None, at=empty)
    page.goto("/players/delete-all/")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There are no players")).to_be_visible()


def test_they_are_found_sorted_and_paged(enter: Enter, crowd: Site, javascript: bool) -> None:
    """By the beginning of a name, by balance, and page by page."""
    page = enter(None, at=crowd, javascript=javascript)
    page.goto("/players/")
    find(page, "quill", javascript=javascript)
    expect(page.get_by_role("rowheader").first).to_have_text("Quill 200")
    page.get_by_label("Sorted").select_option(label="by name")
    if not javascript:
        page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("rowheader").first).to_have_text("Quill 000")
    shown = []
    for last in ("Quill 099", "Quill 199", "Quill 200"):
        expect(page.get_by_role("rowheader").last).to_have_text(last)
        shown += names(page)
        if last != "Quill 200":
            page.get_by_role("link", name="Next page").click()
    assert shown == [f"Quill {place:03}" for place in range(CROWD)]
    page.get_by_role("link", name="First page").click()
    expect(page.get_by_role("rowheader").first).to_have_text("Quill 000")

    find(page, "nobody has this", javascript=javascript)
    expect(page.get_by_text("Nobody found.")).to_be_visible()
    expect(page).to_have_url(re.compile("q=nobody"))


def test_of_many_the_parties_of_a_trade_are_looked_up(
    enter: Enter, crowd: Site, javascript: bool
) -> None:
    """By name with scripts, otherwise by id."""
    last = crowd.ask("GET", "players?limit=1")[1]["items"][0]["id"]
    first = str(int(last) - CROWD + 1)
    page = enter(None, at=crowd, javascript=javascript)
    page.goto("/players/trade/")
    if javascript:
        page.get_by_label("Find the buyer by name").fill("quill 200")
        page.get_by_role("button", name="Quill 200").click()
        expect(page.get_by_label("Buyer", exact=True)).to_have_value(last)
        assert violations(page) == []
    else:
        page.get_by_label("Buyer", exact=True).fill(last)
    page.get_by_label("Seller", exact=True).fill(first)
    page.get_by_label("Gives goods").fill("1")
    page.get_by_label("Gives coins").fill("20")
    page.get_by_role("button", name="Trade", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("buys 1 goods")
    assert crowd.balance(last) == (480, 2)


def test_the_statement_can_be_read_narrowed_and_downloaded(
    enter: Enter, site: Site, javascript: bool, tmp_path: Path
) -> None:
    """The balance after each entry, the same as a file, and with scripts a chart."""
    player, other = site.player("Stan Statement"), site.player("Olga Other")
    for coins in (10, 20, 30):
        trade = {"seller": other, "buyer": player, "goods": 1, "coins": coins}
        site.ask("POST", "trades", trade)
    page = enter("viewer", javascript=javascript)
    page.goto(f"/players/{player}/")

    rows = page.get_by_role("table", name="Entries").get_by_role("row")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text("-30")
    expect(rows.nth(1)).to_contain_text("40")
    expect(rows.nth(1)).to_contain_text("Olga Other")
    time = rows.nth(1).locator("time")
    expect(time).to_contain_text(re.compile("[AP]M") if javascript else "UTC")
    if javascript:
        assert page.locator("#chart canvas").evaluate(DRAWN)
        page.get_by_role("button", name="Switch between light and dark").click()
        assert page.locator("#chart canvas").evaluate(DRAWN)
    else:
        expect(page.locator("#chart")).to_be_hidden()
    expect(page.get_by_text("coins were between 40 and 100")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    file = tmp_path / "statement.csv"
    download.value.save_as(file)
    with file.open(newline="") as lines:
        found = list(csv.DictReader(lines))
    assert [line["coins after"] for line in found] == ["100", "90", "70", "40"]
    assert [line["coins"] for line in found] == ["100", "-10", "-20", "-30"]

    page.get_by_role("link", name="Grants").click()
    expect(page.get_by_text("There are no such entries.")).to_be_visible()
    page.get_by_role("link", name="Purchases").click()
    expect(rows).to_have_count(4)
