"""Accounts: who can sign in, and their roles."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import display, register
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from unfold.decorators import action

from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.backoffice import links
from tradepost.backoffice.admin.service_admin import (
    Fact,
    ServiceAdmin,
    form_action,
    parse_id,
    posted,
)
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.site import site


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
        account = Account.objects.filter(pk=parse_id(object_id) or 0).first()
        if account is None:
            raise PermissionDenied
        form = forms.SetPassword(posted(request), instance=account)
        if not form.is_valid():
            return self.form_page(request, form, f"Set a password for {account.username}")
        form.submit(request)
        self.log_change(request, account, "Set a password.")
        messages.success(request, f"{account.username} has a new password.")
        return redirect("admin:access_account_change", account.pk)

    def success(self, request: HttpRequest, form: Any, outcome: Any) -> HttpResponse:
        """Log the change or the new account, and redirect to the account."""
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

    def search(self, rows: QuerySet[Account], term: str) -> QuerySet[Account]:
        """Return the accounts whose username or email begins with a term."""
        return rows.filter(Q(username__istartswith=term) | Q(email__istartswith=term))

    def facts(self, account: Account) -> list[Fact]:
        return [("Account", account.username), ("Role", account.role)]
