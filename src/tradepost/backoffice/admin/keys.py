"""API keys: listed, made and revoked. A secret is shown once; a digest never."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter, display
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
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, id_of
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.site import site

KINDS = {"good": "good", "expired": "warn", "revoked": "bad"}


class State(SimpleListFilter):
    """What has become of a key."""

    title = "state"
    parameter_name = "is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [(name, name.capitalize()) for name in KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        """Return the keys that are meant."""
        kept = Q(revoked_at__isnull=True)
        over = Q(expires_at__isnull=False, expires_at__lte=timezone.now())
        chosen = {"good": kept & ~over, "expired": kept & over, "revoked": ~kept}
        wanted = chosen.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


class KeyAdmin(ServiceAdmin):
    """API keys."""

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
        """Refuse a key from now on."""
        found = ApiKey.objects.filter(pk=id_of(object_id) or 0).first()
        if found is None:
            raise PermissionDenied
        if request.method != "POST":
            return self.form_page(
                request,
                django_forms.Form(),
                title=f"Revoke the key {found.name}",
                button="Yes, revoke",
                warning="Whoever calls with it is refused from now on. It cannot be undone.",
                is_grave=True,
                original=found,
                facts=self.facts(found),
            )
        if keys.revoke(found.pk):
            self.log_change(request, found, "Revoked the key.")
        messages.success(request, f"The key {found.name} is revoked.")
        return redirect("admin:access_apikey_change", found.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the caller may make keys."""
        return self.has_act_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Make a key, and show its secret, this once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.NewKey(request.POST or None)
        made = self._made(request, form) if form.is_valid() else None
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
        """Return the beginning of the secret."""
        return f"{keys.MARK}{key.prefix}…"

    @display(description="state")
    def state(self, key: ApiKey) -> SafeString:
        """Return whether the key is good."""
        state = keys.state_of(key, timezone.now())
        return links.mark(state, KINDS[state])

    def searched(self, rows: QuerySet[ApiKey], term: str) -> QuerySet[ApiKey]:
        """Return the keys of a name, or that begin so."""
        prefix = term.removeprefix(keys.MARK)
        return rows.filter(Q(name__icontains=term) | Q(prefix__startswith=prefix))

    def facts(self, found: ApiKey) -> list[Fact]:
        """Return which key it is."""
        return [("Key", found.name), ("Scopes", found.scopes), ("Made by", found.created_by)]

    def _made(self, request: HttpRequest, form: forms.NewKey) -> keys.NewKey | None:
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
