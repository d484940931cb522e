"""Each invariant of the shop is broken on purpose, past the services; the audit names it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.audit.books import Shop, broken, entry, line, order, product
from tests.shop.actors import place
from tradepost.audit.report import audit
from tradepost.shop.models import Customer, OrderLine
from tradepost.txn.models import Receipt

NOBODY = 10**9
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def add_line(order_id: int, version: int, product_id: int) -> None:
    values = {"quantity": 1, "price": Decimal(1), "from_stock": False}
    OrderLine.objects.create(
        order_id=order_id, version=version, number=1, product_id=product_id, **values
    )


def receipt(key: str) -> Receipt:
    return Receipt.objects.get(key=key)


def answer_otherwise(key: str, **values: Any) -> None:
    told = receipt(key)
    told.outcome = json.dumps(json.loads(told.outcome) | values)
    told.save()


def once_more(key: str) -> None:
    told = receipt(key)
    told.pk, told.key = uuid.UUID(int=5), "another"
    told.save(force_insert=True)


def two_lines_of_one_product(shop: Shop) -> None:
    line(shop, 2).update(product_id=shop.tea)


def a_wrong_balance(shop: Shop) -> None:
    entry(shop, 4).update(stock_after=8)
    product(shop.tea).update(stock=8)


def nothing_adjusted(shop: Shop) -> None:
    entry(shop, 1).update(kind="adjusted", quantity=0)


def sold_out_and_forgotten(shop: Shop) -> None:
    place(shop.ann, (shop.tea, 7))
    product(shop.tea).update(stock=None)


Break = Callable[[Shop], object]
LEDGER, SUM = "stock ledger and products agree", "no item is lost or made up"
ORDERS, TOTALS, WHY = "orders and stock agree", "orders add up", "stock entries know why"
KINDS, TIMES = "stock entries agree with their kinds", "stock entries never go back in time"
GAP, CHAIN, STATE = (
    "stock entries have no gap",
    "stock entries add up",
    "orders are in a known state",
)
LINES, ORPHANS, NAMES = "lines have no gap", "nothing is orphaned", "customers are told apart"
RECEIPTS = "receipts of orders tell the truth"
BREACHES: list[tuple[str, Break, set[str]]] = [
    ("an item made up", lambda s: product(s.tea).update(stock=8), {LEDGER, SUM}),
    ("entries miscounted", lambda s: product(s.tea).update(entry_count=5), {LEDGER}),
    ("entries that nobody counts", lambda s: product(s.tea).update(stock=None), {LEDGER, SUM}),
    ("entries of nothing that nobody counts", sold_out_and_forgotten, {LEDGER}),
    ("a stock without entries", lambda s: product(s.ice).update(stock=1), {LEDGER, SUM}),
    ("an entry lost", lambda s: entry(s, 3).delete(), {GAP, CHAIN, SUM, ORDERS}),
    ("the last entry lost", lambda s: entry(s, 4).delete(), {LEDGER, SUM, ORDERS}),
    ("a wrong balance", a_wrong_balance, {CHAIN, SUM}),
    ("an unknown kind", lambda s: entry(s, 1).update(kind="found"), {KINDS}),
    ("sold to no order", lambda s: entry(s, 2).update(order_id=None), {WHY, ORDERS}),
    ("returned by no order", lambda s: entry(s, 4).update(order_id=None), {WHY, ORDERS}),
    ("received less", lambda s: entry(s, 1).update(quantity=-10), {KINDS, CHAIN, SUM}),
    ("adjusted by nothing", nothing_adjusted, {KINDS, CHAIN, SUM}),
    ("received by an order", lambda s: entry(s, 1).update(order_id=s.order), {WHY, ORDERS}),
    ("adjusted by an order", lambda s: entry(s, 2).update(kind="adjusted"), {WHY}),
    ("sold the wrong way", lambda s: entry(s, 4).update(kind="sold"), {KINDS}),
    ("returned the wrong way", lambda s: entry(s, 2).update(kind="returned"), {KINDS}),
    ("an entry before its predecessor", lambda s: entry(s, 2).update(at=NOON), {TIMES}),
    ("not given back", lambda s: order(s).update(state="cancelled"), {ORDERS}),
    ("another's goods", lambda s: entry(s, 2).update(order_id=s.cancelled), {ORDERS}),
    ("less taken", lambda s: line(s, 1).update(quantity=4), {ORDERS, TOTALS, RECEIPTS}),
    ("taken from nowhere", lambda s: line(s, 1).update(from_stock=False), {ORDERS}),
    ("taken from no stock", lambda s: line(s, 2).update(from_stock=True), {ORDERS}),
    ("a wrong total", lambda s: order(s).update(total=Decimal("8.76")), {TOTALS}),
    ("no lines", lambda s: order(s).update(version=2, lines_version=2), {ORDERS, TOTALS}),
    ("a version too low", lambda s: order(s).update(version=0), {STATE}),
    (
        "no version",
        lambda s: order(s).update(lines_version=0),
        {STATE, ORDERS, TOTALS, "lines are not ahead"},
    ),
    ("a gap in lines", lambda s: line(s, 2).update(number=3), {LINES}),
    ("a line before the first", lambda s: line(s, 1).update(number=0), {LINES}),
    ("a product twice", two_lines_of_one_product, {LINES, RECEIPTS}),
    ("a line ahead", lambda s: add_line(s.order, 2, s.ice), {"lines are not ahead"}),
    ("a line of no order", lambda s: add_line(NOBODY, 1, s.ice), {ORPHANS}),
    ("a line of no product", lambda s: product(s.ice).delete(), {ORPHANS}),
    ("entries of no product", lambda s: product(s.tea).delete(), {ORPHANS, SUM}),
    ("an order of nobody", lambda s: Customer.objects.all().delete(), {ORPHANS}),
    ("an order lost", lambda s: order(s).delete(), {ORPHANS, ORDERS, RECEIPTS}),
    ("a name changed", lambda s: Customer.objects.update(username="Ann"), {NAMES}),
    ("a name given up", lambda s: Customer.objects.update(username=None), {NAMES}),
    ("a digest lost", lambda s: Customer.objects.update(username_digest=None), {NAMES}),
    ("a name kept", lambda s: Customer.objects.update(uid=None, deleted_at=NOON), {NAMES}),
    (
        "a number kept",
        lambda s: Customer.objects.update(username_digest=None, deleted_at=NOON),
        {NAMES},
    ),
    ("another customer", lambda s: answer_otherwise("k", customer_id=NOBODY), {RECEIPTS}),
    ("other lines", lambda s: answer_otherwise("p", lines=[]), {RECEIPTS}),
    ("another order", lambda s: answer_otherwise("p", id=NOBODY), {RECEIPTS}),
    ("an order placed twice", lambda s: once_more("k"), {"a key is applied once"}),
    ("a purchase made twice", lambda s: once_more("p"), {"a key is applied once"}),
]


def test_honest_books_hold(shop: Shop) -> None:
    """Nothing is named where nothing is wrong, and everything is counted."""
    report = audit()

    assert broken() == {}
    assert report.totals == {
        "players": 0,
        "entries": 0,
        "trades": 0,
        "coins": 0,
        "goods": 0,
        "customers": 1,
        "products": 2,
        "orders": 2,
        "stock_entries": 4,
        "items": 7,
    }


@pytest.mark.parametrize(
    ("spoil", "named"),
    [(spoil, named) for _, spoil, named in BREACHES],
    ids=[name for name, *_ in BREACHES],
)
def test_a_breach_is_named(spoil: Break, named: set[str], shop: Shop) -> None:
    """By the invariants that it breaks, and by no others."""
    spoil(shop)

    assert broken().keys() == named


@pytest.mark.parametrize(
    ("spoil", "name", "told"),
    [
        (
            lambda s: product(s.tea).update(stock=8),
            LEDGER,
            lambda s: {"product": s.tea, "stock": 8, "stock_in_ledger": 7},
        ),
        (
            lambda s: product(s.tea).update(stock=8),
            SUM,
            lambda s: {"asset": "stock", "there_are": 8, "created": 12, "destroyed": 5},
        ),
        (
            lambda s: line(s, 1).update(quantity=4),
            ORDERS,
            lambda s: {"order_id": s.order, "product_id": s.tea, "taken": 3, "ordered": 4},
        ),
        (
            lambda s: order(s).update(total=Decimal("8.76")),
            TOTALS,
            lambda s: {"order_id": s.order, "total_in_cents": 876, "lines_in_cents": 875},
        ),
        (
            lambda s: entry(s, 2).update(order_id=NOBODY),
            ORPHANS,
            lambda s: {
                "orphan": "stock_entry", "id": s.tea, "names": "order_id", "missing": NOBODY,
            },
        ),
    ],
)  # fmt: skip
def test_a_breach_tells_the_first_row(
    spoil: Break, name: str, told: Callable[[Shop], dict[str, Any]], shop: Shop
) -> None:
    """With the numbers that disagree."""
    spoil(shop)

    assert broken()[name][0].items() >= told(shop).items()


@pytest.mark.parametrize(
    ("spoil", "orphans"),
    [
        (lambda s: Customer.objects.all().delete(), [("shop_order", "customer_id")] * 2),
        (lambda s: add_line(NOBODY, 1, s.ice), [("order_line", "order_id")]),
        (lambda s: add_line(s.order, 2, NOBODY), [("order_line", "product_id")]),
        (lambda s: entry(s, 2).update(product_id=NOBODY), [("stock_entry", "product_id")]),
        (lambda s: entry(s, 2).update(order_id=NOBODY), [("stock_entry", "order_id")]),
    ],
)
def test_whoever_lacks_what_it_names_is_told(
    spoil: Break, orphans: list[tuple[str, str]], shop: Shop
) -> None:
    """By the table and the column."""
    spoil(shop)

    assert [(row["orphan"], row["names"]) for row in broken()[ORPHANS]] == orphans


def test_a_stated_total_need_not_add_up(shop: Shop) -> None:
    """The client has said so."""
    place(shop.ann, (shop.tea, 1), stated=Decimal("99.99"))

    assert broken() == {}
