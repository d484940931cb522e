"""What the pages show: columns, searches, filters, links; and how they are dressed."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.backoffice.conftest import (
    ACCOUNTS,
    CUSTOMERS,
    DESK,
    KEYS,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    made,
    text_of,
)
from tradepost import txn
from tradepost.access import keys
from tradepost.access.models import Account
from tradepost.access.rights import Right, Role
from tradepost.shop import customers, orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Wish
from tradepost.trading import players
from tradepost.trading.players import NewPlayer
from tradepost.txn.models import Receipt

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVERY = (
    f"{DESK}/",
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


def found(client: Client, path: str) -> list[int]:
    """Return the ids that a list shows."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return [one.pk for one in page.context["cl"].result_list]


class TestDress:
    """What every page has."""

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
            (admin, f"{DESK}/none/"),
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

        assert found(viewer, f"{PLAYERS}/") == [stage.bob, stage.ann]
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
        poor = players.create([NewPlayer(coins=0, goods=3)], actor="t").answer[0]["id"]

        assert found(viewer, f"{PLAYERS}/?owns=no-coins") == [poor]

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
    """Entries, on pages of their own."""

    def test_they_are_told_like_a_statement(self, viewer: Client, stage: Stage) -> None:
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

    def test_a_products_entries_lead_to_orders(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PRODUCTS}/{stage.lamp}/entries/")

        assert "sold -2 18" in text_of(page)
        assert f'href="{ORDERS}/{stage.order}/change/"' in page.content.decode()


class TestShop:
    """Products, customers and orders."""

    def test_products_are_told_by_what_is_left(self, viewer: Client, stage: Stage) -> None:
        products.add("Rug", from_cents(100), actor="t")
        products.add("Vase", from_cents(100), stock=0, actor="t")
        products.add("Bowl", from_cents(100), stock=3, actor="t")
        products.delete(products.add("Mat", from_cents(1), actor="t").answer["id"], actor="t")

        text = text_of(viewer.get(f"{PRODUCTS}/"))

        for told in (
            "Rug 1.00 not counted",
            "Vase 1.00 sold out",
            "Bowl 1.00 only 3",
            "Mat 0.01 deleted",
            "Lamp 12.50 18",
        ):
            assert told in text
        for query, names in {
            "available=none": ["Vase"],
            "available=few": ["Bowl"],
            "available=uncounted": ["Rug"],
            "available=deleted": ["Mat"],
            "q=la": ["Lamp"],
            "q=AMP": [],
            f"q={stage.lamp}": ["Lamp"],
        }.items():
            page = viewer.get(f"{PRODUCTS}/?{query}")
            assert [one.name for one in page.context["cl"].result_list] == names, query

    def test_a_products_orders_are_found(self, viewer: Client, stage: Stage) -> None:
        other = products.add("Rug", from_cents(100), actor="t").answer["id"]

        assert f"{ORDERS}/?product={stage.lamp}" in viewer.get(f"{PRODUCTS}/").content.decode()
        assert found(viewer, f"{ORDERS}/?product={stage.lamp}") == [stage.order]
        assert found(viewer, f"{ORDERS}/?product={other}") == []
        assert found(viewer, f"{ORDERS}/?product=x") == [stage.order]

    def test_customers_are_found_by_all_their_names(self, viewer: Client, stage: Stage) -> None:
        dora = customers.register("Dora Doe", username="dd", uid=55, actor="t").answer["id"]

        for query, ids in {
            "q=doe": [dora],
            "q=dd": [dora],
            "q=55": [dora],
            "q=carl": [stage.customer],
            "q=7": [stage.customer],
            "is=placeholder": [stage.customer],
            "is=registered": [dora],
            "is=deleted": [],
        }.items():
            assert found(viewer, f"{CUSTOMERS}/?{query}") == ids, query

    def test_a_customers_orders_are_on_the_page_and_listed(
        self, viewer: Client, stage: Stage
    ) -> None:
        page = viewer.get(f"{CUSTOMERS}/{stage.customer}/change/").content.decode()

        assert f'href="{ORDERS}/{stage.order}/change/"' in page
        where = f"{ORDERS}/?customer__id__exact={stage.customer}"
        assert where in page
        assert found(viewer, where) == [stage.order]
        assert found(viewer, f"{ORDERS}/?customer__id__exact=999") == []

    def test_an_order_shows_its_lines_as_they_are_now(self, viewer: Client, stage: Stage) -> None:
        orders.change(stage.order, [Wish(stage.lamp, 3)], actor="user:otto")

        page = viewer.get(f"{ORDERS}/{stage.order}/change/")

        assert "1 Lamp 3 12.50 37.50 yes" in text_of(page)
        assert "1 Lamp 2 12.50 25.00 yes" not in text_of(page)
        assert "sold Lamp -2 18" in text_of(page)
        assert f'href="{CUSTOMERS}/{stage.customer}/change/"' in page.content.decode()
        assert f'href="{PRODUCTS}/{stage.lamp}/change/"' in page.content.decode()

    def test_orders_are_found_by_who_ordered(self, viewer: Client, stage: Stage) -> None:
        for query, ids in {
            "q=carl": [stage.order],
            "q=nobody": [],
            f"q={stage.order}": [stage.order],
            "state__exact=placed": [stage.order],
            "state__exact=cancelled": [],
        }.items():
            assert found(viewer, f"{ORDERS}/?{query}") == ids, query


class TestRecords:
    """Receipts, accounts, keys, and the start."""

    def test_a_receipt_is_found_by_its_key(self, viewer: Client, stage: Stage) -> None:
        key = txn.Key("user:otto", "abc-1")
        players.adjust(stage.ann, coins=1, reason="x", actor="user:otto", key=key)
        receipt = Receipt.objects.get()

        for query in ("abc-1", "user:otto abc-1", str(receipt.pk)):
            assert found(viewer, f"{RECEIPTS}/?q={query}") == [receipt.pk]
        for query in ("abc", "user:vera abc-1", "0" * 32):
            assert found(viewer, f"{RECEIPTS}/?q={query}") == []
        page = viewer.get(f"{RECEIPTS}/{receipt.pk}/change/")
        assert "coins_after" in text_of(page)
        assert "Delete" not in text_of(page)

    def test_a_long_answer_is_cut(self, viewer: Client, stage: Stage) -> None:
        new = [NewPlayer(coins=1, goods=1)] * 300
        players.create(new, actor="t", key=txn.Key("t", "k"))

        page = viewer.get(f"{RECEIPTS}/{Receipt.objects.get().pk}/change/")

        assert "letters more" in text_of(page)
        assert len(page.content) < 200_000

    def test_accounts_and_keys_are_found(self, admin: Client, stage: Stage) -> None:
        otto = made("otto", Role.OPERATOR)
        Account.objects.filter(pk=otto.pk).update(is_active=False)
        key = keys.make("program", [Right.READ], by="user:root")

        assert found(admin, f"{ACCOUNTS}/?q=ot") == [otto.pk]
        assert found(admin, f"{ACCOUNTS}/?role__exact=operator") == [otto.pk]
        assert "operator, shut" in text_of(admin.get(f"{ACCOUNTS}/"))
        assert found(admin, f"{KEYS}/?q=prog") == [key.key.pk]
        assert found(admin, f"{KEYS}/?q={key.secret[:9]}") == [key.key.pk]
        assert found(admin, f"{KEYS}/?is=good") == [key.key.pk]
        assert found(admin, f"{KEYS}/?is=revoked") == []

    def test_the_start_shows_the_newest(self, viewer: Client, stage: Stage) -> None:
        page = text_of(viewer.get(f"{DESK}/"))

        assert f"Order {stage.order} of carl: 25.00, placed" in page
        assert "ann : 130 coins, 15 goods" in page

    def test_a_place_where_nothing_is_says_so(self, viewer: Client) -> None:
        page = text_of(viewer.get(f"{DESK}/"))

        assert "Nobody has ordered so far." in page
        assert "There are no players so far." in page
