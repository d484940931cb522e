"""The Django app of the back office."""

from __future__ import annotations

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """The app's name and label."""

    name = "tradepost.backoffice"
    label = "backoffice"
