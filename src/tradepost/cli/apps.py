"""The Django app of the commands."""

from __future__ import annotations

from django.apps import AppConfig


class CliConfig(AppConfig):
    """The app's name and label."""

    name = "tradepost.cli"
    label = "cli"
