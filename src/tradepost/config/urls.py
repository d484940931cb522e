"""Every route."""

from __future__ import annotations

from django.urls import include, path

from tradepost.api import health
from tradepost.api.app import api

urlpatterns = [
    path("livez", health.live_view),
    path("readyz", health.ready_view),
    path("api/", api.urls),
    path("", include("tradepost.api.documents.players")),
    path("", include("tradepost.api.documents.customers")),
    path("", include("tradepost.api.documents.products")),
    path("", include("tradepost.api.documents.orders")),
]
handler400 = "tradepost.api.problems.bad_request"
handler404 = "tradepost.api.problems.not_found"
handler500 = "tradepost.api.problems.server_error"
