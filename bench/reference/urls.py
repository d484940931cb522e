"""The one route that is measured."""

from __future__ import annotations

from django.urls import path

from bench.reference.views import trade

urlpatterns = [path("player/trade/", trade)]
