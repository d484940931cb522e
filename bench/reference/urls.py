"""The routes that are measured."""

from __future__ import annotations

from django.urls import path

from bench.reference.views import buy, trade

urlpatterns = [path("player/trade/", trade), path("purchase/", buy)]
