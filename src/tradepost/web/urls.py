"""The pages' routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web import rights
from tradepost.web.routes import operators, people, players, shop
from tradepost.web.views import start

urlpatterns = [
    rights.START(path("", start.start, name="start")),
    *players.urlpatterns,
    *shop.urlpatterns,
    *operators.urlpatterns,
    *people.urlpatterns,
]
