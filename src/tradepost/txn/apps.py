"""The transaction core as a Django app: it brings the receipts' table."""

from __future__ import annotations

from django.apps import AppConfig


class TxnConfig(AppConfig):
    """Names the app."""

    name = "tradepost.txn"
    label = "txn"
