"""Accounts and their roles; API keys. A key's secret is shown once, its digest never."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant

from tradepost.access import keys
from tradepost.access.models import Account, ApiKey
from tradepost.access.rights import Role
from tradepost.backoffice import links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, form_action
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.lists import ConditionFilter
from tradepost.backoffice.site import site
from tradepost.pages.act_form import posted

BADGES = {"good": "good", "expired": "warn", "revoked": "bad"}


@register(Account, site=site)
class AccountAdmin(ServiceAdmin):
    add_form_class = forms.NewAccount
    list_display = ("id", "username", "email", "shown_role", "customer", "created_at", "last_login")
    list_filter = ("role", "is_active", "created_at")
    search_help_text = "How the username or the email begins"
    fields = (
        "id", "username", "email", "shown_role", "is_active", "customer", "created_at",
        "last_login",
    )  # fmt: skip
    actions_detail = ("change", "set_password")

    change = form_action(forms.Change, "role", "shield_person")

    @action(description="Set a password", url_path="password", permissions=["act"], icon="password")  # type: ignore[untyped-decorator, unused-ignore]
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set an account's password, which signs it out everywhere."""
        account = self.require_object(request, object_id)
        form = forms.SetPassword(posted(request), instance=account)
        if not form.is_valid():
            return self.form_page(request, form, f"Set a password for {account.username}")
        form.submit(request)
        self.log_change(request, account, "Set a password.")
        messages.success(request, f"{account.username} has a new password.")
        return redirect("admin:access_account_change", account.pk)

    def success(self, request: HttpRequest, form: Any, outcome: Any) -> HttpResponse:
        if isinstance(form, forms.NewAccount):
            account: Account = outcome
            self.log_addition(request, account, f"Made an account: {account.role}.")
            messages.success(request, f"{account.username} can sign in now.")
            return redirect("admin:access_account_change", account.pk)
        if not outcome.replayed:
            account = Account.objects.get(pk=form.object_id)
            self.log_change(request, account, form.success_message(outcome.answer))
        return super().success(request, form, outcome)

    @display(description="role", ordering="role")
    def shown_role(self, account: Account) -> SafeString:
        if not account.is_active:
            return links.badge(f"{account.role}, shut", "bad")
        return links.badge(account.role, "warn" if account.role == Role.ADMIN else "")

    @display(description="customer")
    def customer(self, account: Account) -> SafeString | str:
        if account.customer_id is None:
            return "—"
        return links.object_link("shop_customer", account.customer_id, account.customer_id)

    def search(self, term: str) -> Q:
        return Q(username__istartswith=term) | Q(email__istartswith=term)

    def facts(self, account: Account) -> list[Fact]:
        return [("Account", account.username), ("Role", account.role)]


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
    fields = (*list_display, "revoked_at")
    actions_detail = ("revoke",)

    @action(
        description="Revoke the key",
        url_path="revoke",
        permissions=["act"],
        icon="key_off",
        variant=ActionVariant.DANGER,
    )  # type: ignore[untyped-decorator, unused-ignore]
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = self.require_object(request, object_id)
        form = forms.RevokeKey(posted(request), instance=key)
        if not form.is_bound:
            return self.form_page(request, form, f"Revoke the key {key.name}")
        if keys.revoke(key.pk):
            self.log_change(request, key, "Revoked the key.")
        messages.success(request, f"The key {key.name} is revoked.")
        return redirect("admin:access_apikey_change", key.pk)

    def success(self, request: HttpRequest, form: Any, outcome: Any) -> HttpResponse:
        made: keys.NewKey = outcome
        self.log_addition(request, made.key, f"Made a key: {made.key.scopes}.")
        title = f"The key {made.key.name}"
        return self.page(request, "secret.html", title, key=made.key, secret=made.secret)

    @display(description="begins with")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"{keys.MARK}{key.prefix}…"

    @display(description="state")
    def state(self, key: ApiKey) -> SafeString:
        state = keys.state_of(key, timezone.now())
        return links.badge(state, BADGES[state])

    def search(self, term: str) -> Q:
        return Q(name__icontains=term) | Q(prefix__startswith=term.removeprefix(keys.MARK))

    def facts(self, key: ApiKey) -> list[Fact]:
        return [("Key", key.name), ("Scopes", key.scopes), ("Made by", key.created_by)]
