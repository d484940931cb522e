"""The Django app of the web pages."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app's name and label."""

    name = "tradepost.web"
    label = "web"
