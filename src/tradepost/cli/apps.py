"""The commands as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CliConfig(AppConfig):
    """Names the app."""

    name = "tradepost.cli"
    label = "cli"
