"""Records that are only read: receipts of keyed requests, and the log of what admins did."""

import json
import uuid
from typing import Any

from django.contrib.admin import display, register
from django.contrib.admin.models import LogEntry
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tradepost import txn
from tradepost.backoffice.admin.service_admin import ServiceAdmin
from tradepost.backoffice.site import site
from tradepost.txn.models import Receipt

# Longer answers, such as that of a batch of 10,000 trades, are truncated.
SHOWN_MAX = 20_000


class RecordAdmin(ServiceAdmin):
    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a record is never changed."""
        return False


@register(Receipt, site=site)
class ReceiptAdmin(RecordAdmin):
    list_display = ("created_at", "actor", "act", "key")
    list_filter = ("created_at",)
    search_help_text = "Key, or actor and key"
    fields = ("id", "actor", "key", "act", "created_at", "shown_answer")

    def search(self, term: str) -> Q:
        try:
            return Q(pk=uuid.UUID(term))
        except ValueError:
            actor, _, key = term.partition(" ")
        return Q(pk=txn.Key(actor, key.strip()).receipt_id) if key else Q(key=term)

    @display(description="answer")
    def shown_answer(self, receipt: Receipt) -> SafeString:
        text = receipt.outcome
        if len(text) <= SHOWN_MAX:
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        truncated = "" if len(text) <= SHOWN_MAX else f"\n… {len(text) - SHOWN_MAX:,} letters more"
        return format_html('<pre class="bo-json">{}{}</pre>', text[:SHOWN_MAX], truncated)


@register(LogEntry, site=site)
class LogAdmin(RecordAdmin):
    """What admins did with accounts and keys; ledger entries record all else."""

    list_display = ("action_time", "user", "object_repr", "message")
    list_filter = ("action_time",)
    related = ("user", "content_type")
    search_help_text = "A part of the name of an account or a key"
    fields = ("action_time", "user", "content_type", "object_id", "object_repr", "message")

    def search(self, term: str) -> Q:
        return Q(object_repr__icontains=term)

    @display(description="what")
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()
