"""Accounts: who can sign in, and what they may do."""

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
from tradepost.backoffice.admin.service_admin import Fact, ServiceAdmin, act, id_of
from tradepost.backoffice.forms import accounts as forms
from tradepost.backoffice.forms.act import ActForm
from tradepost.backoffice.site import site


class AccountAdmin(ServiceAdmin):
    """Accounts."""

    list_display = ("id", "username", "email", "shown_role", "customer", "created_at", "last_login")
    list_filter = ("role", "is_active", "created_at")
    search_help_text = "How the username or the email begins"
    fields = (
        "id", "username", "email", "shown_role", "is_active", "customer", "created_at",
        "last_login",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("change", "set_password")

    change = act(forms.Change, "role", "shield_person")

    @action(description="Set a password", url_path="password", permissions=["act"], icon="password")  # type: ignore[untyped-decorator, unused-ignore]
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give somebody a new password; wherever they are signed in, they are so no more."""
        found = Account.objects.filter(pk=id_of(object_id) or 0).first()
        if found is None:
            raise PermissionDenied
        form = forms.Passwords(request.POST or None, found=found)
        if not form.is_valid():
            title = f"Set a password for {found.username}"
            return self.form_page(request, form, title=title, button="Set the password")
        found.set_password(form.cleaned_data["password1"])
        found.save(update_fields=["password"])
        self.log_change(request, found, "Set a password.")
        messages.success(request, f"{found.username} has a new password.")
        return redirect("admin:access_account_change", found.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the caller may make accounts."""
        return self.has_act_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Make an account."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.NewAccount(request.POST or None)
        made = self._made(form) if form.is_valid() else None
        if made is None:
            return self.form_page(request, form, title="Add an account", button="Add")
        self.log_addition(request, made, f"Made an account: {made.role}.")
        messages.success(request, f"{made.username} can sign in now.")
        return redirect("admin:access_account_change", made.pk)

    def prepare(self, request: HttpRequest, form: ActForm) -> None:
        """Tell the form which admin it is."""
        if isinstance(form, forms.Change):
            form.by = request.user.pk or 0

    def done(self, request: HttpRequest, form: ActForm, outcome: txn.Outcome[Any]) -> HttpResponse:
        """Write down what was done, and say it."""
        if not outcome.replayed:
            account = Account.objects.get(pk=form.object_id)
            self.log_change(request, account, form.told(outcome.answer))
        return super().done(request, form, outcome)

    @display(description="role", ordering="role")
    def shown_role(self, account: Account) -> SafeString:
        """Return the role, or that the account is shut."""
        if not account.is_active:
            return links.mark(f"{account.role}, shut", "bad")
        return links.mark(account.role, "warn" if account.role == Role.ADMIN else "")

    @display(description="customer")
    def customer(self, account: Account) -> SafeString | str:
        """Return the link to the customer that the account is."""
        if account.customer_id is None:
            return "—"
        return links.to("shop_customer", account.customer_id, account.customer_id)

    def searched(self, rows: QuerySet[Account], term: str) -> QuerySet[Account]:
        """Return the accounts whose name begins so."""
        return rows.filter(Q(username__istartswith=term) | Q(email__istartswith=term))

    def facts(self, found: Account) -> list[Fact]:
        """Return who it is."""
        return [("Account", found.username), ("Role", found.role)]

    def _made(self, form: forms.NewAccount) -> Account | None:
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
