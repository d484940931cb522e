"""A toy app: what the transaction core is tested with, so that it needs no player."""

from __future__ import annotations

from django.apps import AppConfig


class ToyConfig(AppConfig):
    """Names the app."""

    name = "tests.toy"
    label = "toy"
