"""The back office as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Names the app."""

    name = "tradepost.backoffice"
    label = "backoffice"
