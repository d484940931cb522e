"""Accounts: who can sign in, and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from unfold.decorators import action

from tradepost import txn
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.backoffice import links
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, form_action, parse_id
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.forms.service_form import ServiceForm
from tradepost.backoffice.site import site


class AccountAdmin(ServiceAdmin):
    """The pages of accounts."""

    list_display = ("id", "username", "email", "shown_role", "customer", "created_at", "last_login")
    list_filter = ("role", "is_active", "created_at")
    search_help_text = "How the username or the email begins"
    fields = (
        "id", "username", "email", "shown_role", "is_active", "customer", "created_at",
        "last_login",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("change", "set_password")

    change = form_action(forms.Change, "role", "shield_person")

    @action(description="Set a password", url_path="password", permissions=["act"], icon="password")  # type: ignore[untyped-decorator, unused-ignore]
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set an account's password, which signs it out everywhere."""
        account = Account.objects.filter(pk=parse_id(object_id) or 0).first()
        if account is None:
            raise PermissionDenied
        form = forms.Passwords(request.POST or None, instance=account)
        if not form.is_valid():
            title = f"Set a password for {account.username}"
            return self.form_page(request, form, title=title, button="Set the password")
        account.set_password(form.cleaned_data["password1"])
        account.save(update_fields=["password"])
        self.log_change(request, account, "Set a password.")
        messages.success(request, f"{account.username} has a new password.")
        return redirect("admin:access_account_change", account.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_act_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.NewAccount(request.POST or None)
        account = self._create(form) if form.is_valid() else None
        if account is None:
            return self.form_page(request, form, title="Add an account", button="Add")
        self.log_addition(request, account, f"Made an account: {account.role}.")
        messages.success(request, f"{account.username} can sign in now.")
        return redirect("admin:access_account_change", account.pk)

    def prepare_form(self, request: HttpRequest, form: ServiceForm) -> None:
        """Tell the form which account the admin has."""
        if isinstance(form, forms.Change):
            form.by = request.user.pk or 0

    def success(
        self, request: HttpRequest, form: ServiceForm, outcome: txn.Outcome[Any]
    ) -> HttpResponse:
        """Log the change, and redirect to the account."""
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

    def _create(self, form: forms.NewAccount) -> Account | None:
        values = form.cleaned_data
        try:
            return Account.objects.create_user(
                values["username"],
                values["email"],
                values["password1"],
                role=Role(values["role"]).value,
            )
        except IntegrityError:
            form.add_error("username", "This username is taken.")
            return None


site.register(Account, AccountAdmin)
