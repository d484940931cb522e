"""The routes of the operators' home, and of what became of a request."""

from __future__ import annotations

from django.urls import path

from tradepost.web.views import overview, receipts

urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("overview/now/", overview.now, name="overview-now"),
    path("overview/audit/", overview.audit, name="overview-audit"),
    path("receipts/<path:key>/", receipts.detail, name="receipt-detail"),
]
