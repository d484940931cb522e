"""The transaction core as a Django app, which has the table of receipts."""

from django.apps import AppConfig


class TxnConfig(AppConfig):
    """Names the app."""

    name = "tradepost.txn"
    label = "txn"
