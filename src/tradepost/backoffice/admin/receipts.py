"""Receipts of requests with an idempotency key, read-only."""

import json
import uuid
from typing import Any

from django.contrib.admin import display, register
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost import txn
from tradepost.backoffice.admin.service_admin import ServiceAdmin
from tradepost.backoffice.site import site
from tradepost.txn.models import Receipt

# Longer answers, such as that of a batch of 10,000 trades, are truncated.
SHOWN_MAX = 20_000


@register(Receipt, site=site)
class ReceiptAdmin(ServiceAdmin):
    list_display = ("created_at", "actor", "act", "key")
    list_filter = ("created_at",)
    search_help_text = "Key, or actor and key"
    fields = ("id", "actor", "key", "act", "created_at", "shown_answer")

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a receipt is never changed."""
        return False

    def search(self, rows: QuerySet[Receipt], term: str) -> QuerySet[Receipt]:
        """Return the receipts of a key, or of an actor and a key."""
        try:
            return rows.filter(pk=uuid.UUID(term))
        except ValueError:
            actor, _, key = term.partition(" ")
        if key:
            return rows.filter(pk=txn.Key(actor, key.strip()).receipt_id)
        return rows.filter(key=term)

    @display(description="answer")
    def shown_answer(self, receipt: Receipt) -> SafeString:
        text = receipt.outcome
        if len(text) <= SHOWN_MAX:
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        truncated = "" if len(text) <= SHOWN_MAX else f"\n… {len(text) - SHOWN_MAX:,} letters more"
        return format_html('<pre class="bo-json">{}{}</pre>', text[:SHOWN_MAX], truncated)
