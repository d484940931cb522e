"""Routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web.views import start

urlpatterns = [
    path("players/", start.start, name="player-list"),
    path("players/create/", start.start, name="player-create"),
    path("players/trade/", start.start, name="player-trade"),
]
