"""Reading orders while they are changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.shop.actors import ACTOR, place, stock_up
from tradepost.shop import orders, queries
from tradepost.shop.models import Order
from tradepost.shop.rules import LineRequest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "read",
    [
        queries.get_order,
        lambda _order: queries.list_orders(limit=9)[0],
        lambda _order: queries.list_open_orders(limit=9)[0],
    ],
    ids=["one", "many", "open"],
)
def test_an_order_and_its_lines_are_of_one_moment(ann: int, read: Callable[[int], Order]) -> None:
    """Somebody changes it between the statement that reads it and the one that reads its lines."""
    tea = stock_up(10, price="1.00")
    order = place(ann, (tea, 2)).answer.id
    changed = []

    def change_before_lines(execute: Any, sql: str, *rest: Any) -> Any:
        if "order_line" in sql and not changed:
            changed.append(order)
            orders.change(order, [LineRequest(tea, 5)], actor=ACTOR)
        return execute(sql, *rest)

    with connection.execute_wrapper(change_before_lines):
        found = read(order)

    lines = queries.current_lines(found)
    assert changed == [order]
    assert [(line.quantity, line.quantity * line.price) for line in lines] == [(2, found.total)]
