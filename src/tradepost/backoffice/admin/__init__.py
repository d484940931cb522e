"""The back office's pages."""

from tradepost.backoffice.admin import access, players, products, records, shop

__all__ = ["access", "players", "products", "records", "shop"]
