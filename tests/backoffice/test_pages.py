"""What pages show: columns, searches, filters, links and styles."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.backoffice.conftest import (
    ACCOUNTS,
    BACKOFFICE,
    CUSTOMERS,
    KEYS,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    listed_ids,
    text_of,
)
from tradepost.shop import products
from tradepost.shop.money import from_cents
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer

pytestmark = pytest.mark.django_db

EVERY = (
    f"{BACKOFFICE}/",
    f"{PLAYERS}/",
    f"{PLAYERS}/{{ann}}/change/",
    f"{PLAYERS}/{{ann}}/entries/",
    f"{PLAYERS}/{{ann}}/grant/",
    f"{PRODUCTS}/",
    f"{PRODUCTS}/{{lamp}}/change/",
    f"{PRODUCTS}/import/",
    f"{CUSTOMERS}/{{customer}}/change/",
    f"{ORDERS}/{{order}}/change/",
    f"{ORDERS}/{{order}}/cancel/",
    f"{RECEIPTS}/",
    f"{ACCOUNTS}/add/",
    f"{KEYS}/add/",
)
OURS = re.compile(r"""(?<![:\w-])(?:src|href|action)=["'](?!/|#|\?|data:|\.)([^"']*)""")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+=", re.IGNORECASE)


class TestDress:
    """What all pages have in common."""

    @pytest.mark.parametrize("path", EVERY)
    def test_nothing_comes_from_elsewhere(self, admin: Client, stage: Stage, path: str) -> None:
        page = admin.get(path.format(**stage._asdict())).content.decode()

        assert [url for url in OURS.findall(page) if url] == []
        assert INLINE_SCRIPT.findall(page) == []
        assert HANDLER.findall(page) == []

    @pytest.mark.parametrize("path", EVERY)
    def test_one_heading_and_a_title(self, admin: Client, stage: Stage, path: str) -> None:
        page = admin.get(path.format(**stage._asdict())).content.decode()

        assert page.count("<h1") == 1
        assert "Tradepost" in re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[0]
        assert 'href="/"' in page

    def test_the_policy_is_as_wide_as_the_theme_needs(self, admin: Client, stage: Stage) -> None:
        policy = admin.get(f"{PLAYERS}/")["Content-Security-Policy"]

        parts = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
        assert parts == {
            "default-src": "'none'",
            "script-src": "'self' 'unsafe-eval'",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }

    def test_everywhere_else_it_is_as_strict_as_before(self, admin: Client, viewer: Client) -> None:
        for client, path in (
            (admin, "/account/login/"),
            (admin, "/livez"),
            (viewer, f"{ACCOUNTS}/"),
            (admin, f"{PLAYERS}/export/csv/"),
            (admin, f"{BACKOFFICE}/none/"),
        ):
            policy = client.get(path)["Content-Security-Policy"]

            assert "unsafe" not in policy, path

    def test_pages_are_kept_by_nobody(self, admin: Client, stage: Stage) -> None:
        for path in (f"{PLAYERS}/", f"{PLAYERS}/{stage.ann}/change/", f"{PLAYERS}/export/csv/"):
            assert "no-store" in admin.get(path)["Cache-Control"]


class TestPlayers:
    """The players' pages."""

    def test_the_list_tells_what_is_owned(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PLAYERS}/")

        assert listed_ids(viewer, f"{PLAYERS}/") == [stage.bob, stage.ann]
        assert "bob 70 25 2" in text_of(page)
        assert f'href="{PLAYERS}/{stage.ann}/entries/"' in page.content.decode()

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["bob", "ann"]),
            ("q=AN", ["ann"]),
            ("q=nobody", []),
            ("q={ann}", ["ann"]),
            ("q=99999999999999999999", []),
            ("q=%25", []),
            ("q=%27%22%3B--", []),
            ("owns=no-coins", []),
            ("owns=strange", ["bob", "ann"]),
            ("created_at__gte=2000-01-01 00:00:00%2B00:00", ["bob", "ann"]),
            ("o=0", ["ann", "bob"]),
            ("p=abc", ["bob", "ann"]),
            ("all=1", ["bob", "ann"]),
        ],
    )
    def test_searches_and_filters(
        self, viewer: Client, stage: Stage, query: str, names: list[str]
    ) -> None:
        page = viewer.get(f"{PLAYERS}/?{query.format(**stage._asdict())}")

        assert [one.name for one in page.context["cl"].result_list] == names

    @pytest.mark.parametrize(
        "query", ["p=999", "p=-1", "created_at__gte=x", "q=a%00b", "e=1&p=0", "strange=1"]
    )
    def test_what_cannot_be_asked_is_no_error(
        self, viewer: Client, stage: Stage, query: str
    ) -> None:
        assert viewer.get(f"{PLAYERS}/?{query}").status_code in (200, 302, 400)

    def test_who_owns_nothing_is_found(self, viewer: Client, stage: Stage) -> None:
        poor = players.create([NewPlayer(coins=0, goods=3)], actor="t").answer[0].id

        assert listed_ids(viewer, f"{PLAYERS}/?owns=no-coins") == [poor]

    def test_names_are_no_markup(self, viewer: Client, stage: Stage) -> None:
        players.rename(stage.ann, name="<b>&'\"", actor="<i>test")

        for path in ("", f"{stage.ann}/change/", f"{stage.ann}/entries/"):
            page = viewer.get(f"{PLAYERS}/{path}").content.decode()

            assert "<b>&" not in page
            assert "<i>test" not in page

    def test_the_latest_entries_are_on_the_players_page(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PLAYERS}/{stage.ann}/change/")

        assert "sold +30 -5 130 15" in text_of(page)
        assert f'href="{PLAYERS}/{stage.bob}/entries/"' in page.content.decode()


class TestEntries:
    """The pages of entries."""

    def test_they_are_shown_like_a_statement(self, viewer: Client, stage: Stage) -> None:
        text = text_of(viewer.get(f"{PLAYERS}/{stage.ann}/entries/"))

        assert text.index("sold +30 -5 130 15") < text.index("created +100 +20 100 20")

    def test_kinds_are_filtered(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PLAYERS}/{stage.ann}/entries/?kind=created")

        assert [row[2].value for row in page.context["table"]["rows"]] == ["created"]
        none = viewer.get(f"{PLAYERS}/{stage.ann}/entries/?kind=bought")
        assert "There are no such entries" in text_of(none)

    def test_pages_follow_each_other_without_a_gap(self, viewer: Client, stage: Stage) -> None:
        for _ in range(103):
            players.rename(stage.ann, name="ann", actor="t")
        seen: list[int] = []
        where = f"{PLAYERS}/{stage.ann}/entries/"
        query = ""
        for _ in range(3):
            page = viewer.get(where + query)
            seen += [int(row[0].value) for row in page.context["table"]["rows"]]
            query = page.context["following"]

        assert seen == list(range(105, 0, -1))
        assert query == ""

    @pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, ""])
    def test_a_place_that_can_be_none_shows_none(
        self, viewer: Client, stage: Stage, before: str
    ) -> None:
        page = viewer.get(f"{PLAYERS}/{stage.ann}/entries/?before={before}")

        assert page.status_code == 200
        assert page.context["table"]["rows"] == []

    def test_a_deleted_players_entries_stay(self, viewer: Client, stage: Stage) -> None:
        players.delete(stage.ann, actor="t")

        page = viewer.get(f"{PLAYERS}/{stage.ann}/entries/")

        assert f"player {stage.ann}, deleted" in text_of(page)
        assert len(page.context["table"]["rows"]) == 3

    def test_who_did_it_leads_admins_to_the_account(
        self, admin: Client, viewer: Client, stage: Stage
    ) -> None:
        players.rename(stage.ann, name="ann", actor="user:otto")
        players.rename(stage.ann, name="ann", actor="key:program")
        path = f"{PLAYERS}/{stage.ann}/entries/"

        shown = admin.get(path).content.decode()
        assert f'href="{ACCOUNTS}/?q=otto"' in shown
        assert f'href="{KEYS}/?q=program"' in shown
        assert ACCOUNTS not in viewer.get(path).content.decode()

    def test_a_products_prices_are_listed(self, viewer: Client, stage: Stage) -> None:
        products.edit(stage.lamp, price=from_cents(1400), actor="user:otto")

        page = viewer.get(f"{PRODUCTS}/{stage.lamp}/prices/")

        assert text_of(page).index("12.50 14.00 user:otto") < text_of(page).index("12.50 test")
        assert 'id="kind"' not in page.content.decode()
        link = f'<a href="{PRODUCTS}/{stage.lamp}/prices/">2</a>'
        assert link in viewer.get(f"{PRODUCTS}/{stage.lamp}/change/").content.decode()
        file = viewer.get(f"{PRODUCTS}/{stage.lamp}/prices/export/csv/")
        assert file.content.decode().splitlines()[2].endswith(",,12.50,test")

    def test_a_products_entries_lead_to_orders(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PRODUCTS}/{stage.lamp}/entries/")

        assert "sold -2 18" in text_of(page)
        assert f'href="{ORDERS}/{stage.order}/change/"' in page.content.decode()
