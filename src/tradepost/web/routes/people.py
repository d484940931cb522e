"""Routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web.views import start

urlpatterns = [
    path("account/", start.start, name="account"),
    path("keys/", start.start, name="key-list"),
]
