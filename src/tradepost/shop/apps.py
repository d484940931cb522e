"""The shop as a Django app."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Names the app."""

    name = "tradepost.shop"
    label = "shop"
