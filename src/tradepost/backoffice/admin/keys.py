"""API keys: list, create, revoke. A secret is shown once, a digest never."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant

from tradepost.access import keys
from tradepost.access.caller import caller_of
from tradepost.access.models import ApiKey
from tradepost.backoffice import links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, parse_id
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.lists import ConditionFilter
from tradepost.backoffice.site import site

BADGES = {"good": "good", "expired": "warn", "revoked": "bad"}


class State(ConditionFilter):
    """Filters by whether a key is good, expired or revoked."""

    title = "state"
    parameter_name = "is"

    def conditions(self) -> dict[str, tuple[str, Q]]:
        revoked = Q(revoked_at__isnull=False)
        expired = Q(expires_at__isnull=False, expires_at__lte=timezone.now())
        return {
            "good": ("Good", ~revoked & ~expired),
            "expired": ("Expired", ~revoked & expired),
            "revoked": ("Revoked", revoked),
        }


class KeyAdmin(ServiceAdmin):
    """The pages of API keys."""

    list_display = (
        "name", "shown_prefix", "scopes", "state", "limit_per_minute", "created_by", "created_at",
        "expires_at", "last_used_at",
    )  # fmt: skip
    list_filter = (State, "created_at")
    search_help_text = "A part of the name, or how the key begins"
    fields = (
        "name", "shown_prefix", "scopes", "state", "limit_per_minute", "created_by", "created_at",
        "expires_at", "last_used_at", "revoked_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("revoke",)

    @action(
        description="Revoke the key",
        url_path="revoke",
        permissions=["act"],
        icon="key_off",
        variant=ActionVariant.DANGER,
    )  # type: ignore[untyped-decorator, unused-ignore]
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Revoke a key."""
        key = ApiKey.objects.filter(pk=parse_id(object_id) or 0).first()
        if key is None:
            raise PermissionDenied
        if request.method != "POST":
            return self.form_page(
                request,
                django_forms.Form(),
                title=f"Revoke the key {key.name}",
                button="Yes, revoke",
                warning="Whoever calls with it is refused from now on. It cannot be undone.",
                is_destructive=True,
                original=key,
                facts=self.facts(key),
            )
        if keys.revoke(key.pk):
            self.log_change(request, key, "Revoked the key.")
        messages.success(request, f"The key {key.name} is revoked.")
        return redirect("admin:access_apikey_change", key.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_act_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Create a key, and show its secret this one time."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.NewKey(request.POST or None)
        made = self._create(request, form) if form.is_valid() else None
        if made is None:
            return self.form_page(request, form, title="Make an API key", button="Make")
        self.log_addition(request, made.key, f"Made a key: {made.key.scopes}.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"The key {made.key.name}",
            "key": made.key,
            "secret": made.secret,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "backoffice/secret.html", context)

    @display(description="begins with")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"{keys.MARK}{key.prefix}…"

    @display(description="state")
    def state(self, key: ApiKey) -> SafeString:
        state = keys.state_of(key, timezone.now())
        return links.badge(state, BADGES[state])

    def search(self, rows: QuerySet[ApiKey], term: str) -> QuerySet[ApiKey]:
        """Return the keys with a part of the name, or that begin with a term."""
        prefix = term.removeprefix(keys.MARK)
        return rows.filter(Q(name__icontains=term) | Q(prefix__startswith=prefix))

    def facts(self, key: ApiKey) -> list[Fact]:
        return [("Key", key.name), ("Scopes", key.scopes), ("Made by", key.created_by)]

    def _create(self, request: HttpRequest, form: forms.NewKey) -> keys.NewKey | None:
        values = form.cleaned_data
        try:
            return keys.make(
                values["name"],
                values["scopes"],
                by=caller_of(request).actor,
                expires_at=form.expires_at(),
                limit_per_minute=values["limit_per_minute"],
            )
        except IntegrityError:
            form.add_error("name", "There is, or was, a key of this name.")
            return None


site.register(ApiKey, KeyAdmin)
