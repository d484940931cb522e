"""The back office's pages, a module for each model."""

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

__all__ = ["accounts", "customers", "keys", "log", "orders", "players", "products", "receipts"]
