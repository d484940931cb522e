"""The log of what admins did with accounts and keys; ledger entries record all else."""

from typing import Any

from django.contrib.admin import display, register
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest

from tradepost.backoffice.admin.service_admin import ServiceAdmin
from tradepost.backoffice.site import site


@register(LogEntry, site=site)
class LogAdmin(ServiceAdmin):
    list_display = ("action_time", "user", "object_repr", "message")
    list_filter = ("action_time",)
    list_select_related = ("user", "content_type")
    search_help_text = "A part of the name of an account or a key"
    fields = ("action_time", "user", "content_type", "object_id", "object_repr", "message")

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: the log is never changed."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "content_type")

    def search(self, rows: QuerySet[LogEntry], term: str) -> QuerySet[LogEntry]:
        """Return the entries about an account or a key."""
        return rows.filter(object_repr__icontains=term)

    @display(description="what")
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()
