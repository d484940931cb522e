"""Routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web.views import start

urlpatterns = [
    path("overview/", start.start, name="overview"),
]
