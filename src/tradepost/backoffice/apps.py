"""The Django app of the back office."""

from __future__ import annotations

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "tradepost.backoffice"
    label = "backoffice"
