"""The routes of the operators' overview and of receipts."""

from __future__ import annotations

from django.urls import path

from tradepost.web.rights import AUDIT, READERS, RECEIPTS
from tradepost.web.views import overview, receipts

urlpatterns = [
    READERS(path("overview/", overview.overview, name="overview")),
    READERS(path("overview/now/", overview.now, name="overview-now")),
    AUDIT(path("overview/audit/", overview.audit, name="overview-audit")),
    RECEIPTS(path("receipts/<path:key>/", receipts.detail, name="receipt-detail")),
]
