"""Lists, searches and filters of the shop and of the records."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.backoffice.conftest import (
    ACCOUNTS,
    BACKOFFICE,
    CUSTOMERS,
    KEYS,
    ORDERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    account_named,
    listed_ids,
    text_of,
)
from tradepost import txn
from tradepost.access import keys
from tradepost.access.models import Account
from tradepost.access.rights import Right, Role
from tradepost.shop import customers, orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import LineRequest
from tradepost.trading import players
from tradepost.trading.acts import NewPlayer
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db


class TestShop:
    """Products, customers and orders."""

    def test_products_are_shown_by_what_is_left(self, viewer: Client, stage: Stage) -> None:
        products.add("Rug", from_cents(100), actor="t")
        products.add("Vase", from_cents(100), stock=0, actor="t")
        products.add("Bowl", from_cents(100), stock=3, actor="t")
        products.delete(products.add("Mat", from_cents(1), actor="t").answer.id, actor="t")

        text = text_of(viewer.get(f"{PRODUCTS}/"))

        for expected in (
            "Rug 1.00 not counted",
            "Vase 1.00 sold out",
            "Bowl 1.00 only 3",
            "Mat 0.01 deleted",
            "Lamp 12.50 18",
        ):
            assert expected in text
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
        other = products.add("Rug", from_cents(100), actor="t").answer.id

        assert f"{ORDERS}/?product={stage.lamp}" in viewer.get(f"{PRODUCTS}/").content.decode()
        assert listed_ids(viewer, f"{ORDERS}/?product={stage.lamp}") == [stage.order]
        assert listed_ids(viewer, f"{ORDERS}/?product={other}") == []
        assert listed_ids(viewer, f"{ORDERS}/?product=x") == [stage.order]

    def test_customers_are_found_by_all_their_names(self, viewer: Client, stage: Stage) -> None:
        dora = customers.register("Dora Doe", username="dd", uid=55, actor="t").answer.id

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
            assert listed_ids(viewer, f"{CUSTOMERS}/?{query}") == ids, query

    def test_a_customers_orders_are_on_the_page_and_listed(
        self, viewer: Client, stage: Stage
    ) -> None:
        page = viewer.get(f"{CUSTOMERS}/{stage.customer}/change/").content.decode()

        assert f'href="{ORDERS}/{stage.order}/change/"' in page
        where = f"{ORDERS}/?customer__id__exact={stage.customer}"
        assert where in page
        assert listed_ids(viewer, where) == [stage.order]
        assert listed_ids(viewer, f"{ORDERS}/?customer__id__exact=999") == []

    def test_an_order_shows_its_lines_as_they_are_now(self, viewer: Client, stage: Stage) -> None:
        orders.change(stage.order, [LineRequest(stage.lamp, 3)], actor="user:otto")

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
            assert listed_ids(viewer, f"{ORDERS}/?{query}") == ids, query


class TestRecords:
    """Receipts, accounts, API keys and the start page."""

    def test_a_receipt_is_found_by_its_key(self, viewer: Client, stage: Stage) -> None:
        key = txn.Key("user:otto", "abc-1")
        players.adjust(stage.ann, coins=1, reason="x", actor="user:otto", key=key)
        receipt = Receipt.objects.get()

        for query in ("abc-1", "user:otto abc-1", str(receipt.pk)):
            assert listed_ids(viewer, f"{RECEIPTS}/?q={query}") == [receipt.pk]
        for query in ("abc", "user:vera abc-1", "0" * 32):
            assert listed_ids(viewer, f"{RECEIPTS}/?q={query}") == []
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
        otto = account_named("otto", Role.OPERATOR)
        Account.objects.filter(pk=otto.pk).update(is_active=False)
        key = keys.make("program", [Right.READ], by="user:root")

        assert listed_ids(admin, f"{ACCOUNTS}/?q=ot") == [otto.pk]
        assert listed_ids(admin, f"{ACCOUNTS}/?role__exact=operator") == [otto.pk]
        assert "operator, shut" in text_of(admin.get(f"{ACCOUNTS}/"))
        assert listed_ids(admin, f"{KEYS}/?q=prog") == [key.key.pk]
        assert listed_ids(admin, f"{KEYS}/?q={key.secret[:9]}") == [key.key.pk]
        assert listed_ids(admin, f"{KEYS}/?is=good") == [key.key.pk]
        assert listed_ids(admin, f"{KEYS}/?is=revoked") == []

    def test_the_start_shows_the_newest(self, viewer: Client, stage: Stage) -> None:
        page = text_of(viewer.get(f"{BACKOFFICE}/"))

        assert f"Order {stage.order} of carl: 25.00, placed" in page
        assert "ann : 130 coins, 15 goods" in page

    def test_a_place_where_nothing_is_says_so(self, viewer: Client) -> None:
        page = text_of(viewer.get(f"{BACKOFFICE}/"))

        assert "Nobody has ordered so far." in page
        assert "There are no players so far." in page
