"""The Django app of the commands."""

from __future__ import annotations

from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "tradepost.cli"
    label = "cli"
