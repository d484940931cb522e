"""The Django app of the web pages."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tradepost.web"
    label = "web"
