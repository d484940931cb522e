"""From what the shop answers to what /api/v1 shows: ids and amounts of money as strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradepost.api.ids import text
from tradepost.shop import customers, orders, products, queries
from tradepost.shop.models import Customer, Order, Product, StockEntry

Shown = dict[str, Any]
ORDER_TIMES = ("created_at", "updated_at")


def customer(found: Customer) -> Shown:
    """Show a customer's row."""
    names = ("id", "name", "username", "uid", "created_at", "updated_at")
    return customer_answer({name: getattr(found, name) for name in names})


def customer_answer(answer: Shown) -> Shown:
    """Show a customer as an act answered it; in a dry run a new one has no id yet."""
    return answer | {"id": text(answer["id"]), "uid": text(answer["uid"])}


def product(found: Product) -> Shown:
    """Show a product's row."""
    return {
        "id": str(found.pk),
        "name": found.name,
        "price": str(found.price),
        "stock": found.stock,
        "version": products.version(found),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def product_answer(answer: Shown) -> Shown:
    """Show a product as an act answered it; in a dry run a new one has no id yet."""
    return answer | {"id": text(answer["id"])}


def entry(found: StockEntry) -> Shown:
    """Show a stock entry's row."""
    names = ("product_id", "number", "kind", "quantity", "stock_after", "order_id")
    more = ("actor", "reason", "at")
    return entry_answer({name: getattr(found, name) for name in names + more})


def entry_answer(answer: Shown) -> Shown:
    """Show a stock entry as an act answered it."""
    names = ("number", "kind", "quantity", "stock_after", "actor", "reason", "at")
    return {name: answer[name] for name in names} | {
        "product": str(answer["product_id"]),
        "order": text(answer["order_id"]),
    }


def order(found: Order) -> Shown:
    """Show an order's row, with its lines as they are now."""
    names = ("id", "customer_id", "state", "total", "total_stated", "created_at", "updated_at")
    lines = [
        {"product_id": line.product_id, "quantity": line.quantity, "price": line.price}
        for line in queries.current_lines(found)
    ]
    answer = {name: getattr(found, name) for name in names}
    return order_answer(answer | {"version": found.version, "lines": lines})


def order_answer(answer: Shown) -> Shown:
    """Show an order as an act answered it, in the order of the schema's fields."""
    return {
        "id": text(answer["id"]),
        "customer": text(answer["customer_id"]),
        "state": answer["state"],
        "total": str(answer["total"]),
        "total_stated": answer["total_stated"],
        "version": str(answer["version"]),
        "lines": [
            {
                "product": str(line["product_id"]),
                "quantity": line["quantity"],
                "price": str(line["price"]),
            }
            for line in answer["lines"]
        ],
        "created_at": answer["created_at"],
        "updated_at": answer["updated_at"],
    }


# How the outcome of each act is shown; a receipt names its act.
BY_ACT: dict[str, Callable[[Any], Shown]] = {
    customers.REGISTER: customer_answer,
    customers.EDIT: customer_answer,
    customers.DELETE: customer_answer,
    products.ADD: product_answer,
    products.EDIT: product_answer,
    products.DELETE: product_answer,
    products.RECEIVE: entry_answer,
    products.ADJUST: entry_answer,
    orders.PLACE: order_answer,
    orders.PURCHASE: order_answer,
    orders.CHANGE: order_answer,
    orders.CANCEL: order_answer,
    orders.OVERRIDE_TOTAL: order_answer,
}
