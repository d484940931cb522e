"""The routes that are measured."""

from __future__ import annotations

from django.urls import path

from bench.reference.views import buy, player, players, product_count, products, trade

urlpatterns = [
    path("player/trade/", trade),
    path("purchase/", buy),
    path("player/list/", players),
    path("player/<int:player_id>/", player),
    path("product/list/", products),
    path("product/count/", product_count),
]
