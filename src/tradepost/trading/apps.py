"""Trading as a Django app."""

from django.apps import AppConfig


class TradingConfig(AppConfig):
    """Names the app."""

    name = "tradepost.trading"
    label = "trading"
