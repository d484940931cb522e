"""API keys: list, create, revoke. A secret is shown once, a digest never."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant

from tradepost.access import keys
from tradepost.access.models import ApiKey
from tradepost.backoffice import links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, parse_id, posted
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.lists import ConditionFilter
from tradepost.backoffice.site import site

BADGES = {"good": "good", "expired": "warn", "revoked": "bad"}


class State(ConditionFilter):
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


@register(ApiKey, site=site)
class KeyAdmin(ServiceAdmin):
    add_form_class = forms.NewKey
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
    actions_detail = ("revoke",)

    @action(
        description="Revoke the key",
        url_path="revoke",
        permissions=["act"],
        icon="key_off",
        variant=ActionVariant.DANGER,
    )  # type: ignore[untyped-decorator, unused-ignore]
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = ApiKey.objects.filter(pk=parse_id(object_id) or 0).first()
        if key is None:
            raise PermissionDenied
        form = forms.RevokeKey(posted(request), instance=key)
        if not form.is_bound:
            return self.form_page(request, form, f"Revoke the key {key.name}")
        if keys.revoke(key.pk):
            self.log_change(request, key, "Revoked the key.")
        messages.success(request, f"The key {key.name} is revoked.")
        return redirect("admin:access_apikey_change", key.pk)

    def success(self, request: HttpRequest, form: Any, outcome: Any) -> HttpResponse:
        """Show the secret of a new key, this one time."""
        made: keys.NewKey = outcome
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
