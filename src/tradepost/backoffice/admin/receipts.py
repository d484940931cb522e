"""Receipts: what became of requests with an idempotency key. They are only read."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost import txn
from tradepost.backoffice.admin.service_admin import ServiceAdmin
from tradepost.backoffice.site import site
from tradepost.txn.models import Receipt

# A batch of ten thousand trades has a long one.
SHOWN_MAX = 20_000


class ReceiptAdmin(ServiceAdmin):
    """Receipts."""

    list_display = ("created_at", "actor", "act", "key")
    list_filter = ("created_at",)
    search_help_text = "Key, or actor and key"
    fields = ("id", "actor", "key", "act", "created_at", "shown_answer")
    readonly_fields = fields

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a receipt is proof."""
        return False

    def searched(self, rows: QuerySet[Receipt], term: str) -> QuerySet[Receipt]:
        """Return those of a key; by the primary key, where the actor is named, too."""
        try:
            return rows.filter(pk=uuid.UUID(term))
        except ValueError:
            actor, _, key = term.partition(" ")
        if key:
            return rows.filter(pk=txn.Key(actor, key.strip()).receipt_id)
        return rows.filter(key=term)

    @display(description="answer")
    def shown_answer(self, receipt: Receipt) -> SafeString:
        """Return the answer, as JSON that can be read."""
        text = receipt.outcome
        if len(text) <= SHOWN_MAX:
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        cut = "" if len(text) <= SHOWN_MAX else f"\n… {len(text) - SHOWN_MAX:,} letters more"
        return format_html('<pre class="bo-json">{}{}</pre>', text[:SHOWN_MAX], cut)


site.register(Receipt, ReceiptAdmin)
