"""Routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web.views import start

urlpatterns = [
    path("shop/", start.start, name="shop"),
    path("shop/orders/", start.start, name="order-list"),
]
