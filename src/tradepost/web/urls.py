"""The pages' routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web.routes import desk, people, players, shop
from tradepost.web.views import start

urlpatterns = [
    path("", start.start, name="start"),
    *players.urlpatterns,
    *shop.urlpatterns,
    *desk.urlpatterns,
    *people.urlpatterns,
]
