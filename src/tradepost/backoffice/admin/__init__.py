"""What the back office shows of each model, and what can be done there."""

from __future__ import annotations

from tradepost.backoffice.admin import (
    accounts,
    customers,
    keys,
    log,
    orders,
    players,
    products,
    receipts,
)

__all__ = [
    "accounts",
    "customers",
    "keys",
    "log",
    "orders",
    "players",
    "products",
    "receipts",
]
