"""Forms about accounts and API keys."""

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.validators import validate_email
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone
from unfold import widgets

from tradepost.access import accounts, keys
from tradepost.access.caller import caller_of
from tradepost.access.models import KEY_NAME_MAX_LENGTH, USERNAME_MAX_LENGTH, Account, ApiKey
from tradepost.access.rights import SCOPES, Right, Role
from tradepost.backoffice.forms import fields
from tradepost.backoffice.forms.service_form import OfficeForm, ServiceForm

ROLE_CHOICES = [(role.value, role.value.capitalize()) for role in Role]
SCOPE_CHOICES = [(right.value, right.value) for right in SCOPES]
DAYS_MAX = 3650
NAME_TAKEN = "There is, or was, a key of this name."


def _password(label: str, **options: Any) -> forms.CharField:
    widget = widgets.UnfoldAdminPasswordWidget({"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget, **options)


class Passwords(OfficeForm):
    password1 = _password("Password")
    password2 = _password("Password, again")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, second = values.get("password1"), values.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ.")
        elif first and second:
            account = self.instance or Account(
                username=values.get("username", ""), email=values.get("email", "")
            )
            try:
                validate_password(first, account)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return values


class SetPassword(Passwords):
    button = "Set the password"

    def submit(self, request: HttpRequest) -> Account:
        account: Account = self.instance
        account.set_password(self.cleaned_data["password1"])
        account.save(update_fields=["password"])
        return account


class NewAccount(Passwords):
    title, button = "Add an account", "Add"

    username = fields.text("Username", USERNAME_MAX_LENGTH)
    email = forms.CharField(
        label="Email",
        required=False,
        max_length=254,
        validators=[validate_email],
        widget=widgets.UnfoldAdminEmailInputWidget(),
    )
    role = forms.ChoiceField(choices=ROLE_CHOICES, widget=widgets.UnfoldAdminSelectWidget())
    field_order = ("username", "email", "role", "password1", "password2")

    def clean_username(self) -> Any:
        return get_adapter().clean_username(self.cleaned_data["username"])

    def submit(self, request: HttpRequest) -> Account | None:
        values = self.cleaned_data
        name, email, password = values["username"], values["email"], values["password1"]
        try:
            return Account.objects.create_user(name, email, password, role=values["role"])
        except IntegrityError:
            self.add_error("username", "This username is taken.")
            return None


class Change(ServiceForm):
    service = staticmethod(accounts.change)
    title, button = "Change role and access", "Save"
    object_fields = ("role", "is_active")

    role = forms.ChoiceField(choices=ROLE_CHOICES, widget=widgets.UnfoldAdminSelectWidget())
    is_active = forms.BooleanField(
        label="Can sign in", required=False, widget=widgets.UnfoldBooleanWidget()
    )

    def values(self) -> dict[str, Any]:
        values = super().values()
        return values | {"role": Role(values["role"]), "by": self.request.user.pk or 0}

    def success_message(self, answer: Any) -> str:
        can = "can sign in" if answer.is_active else "cannot sign in"
        return f"{answer.username} is {answer.role} now, and {can}."


class NewKey(OfficeForm):
    title, button = "Make an API key", "Make"

    name = fields.text("Name", KEY_NAME_MAX_LENGTH, help_text="Stays on what is done with the key.")
    scopes = forms.MultipleChoiceField(
        choices=SCOPE_CHOICES,
        initial=[Right.READ.value],
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    days = fields.integer(
        "Good for days", 1, DAYS_MAX, required=False, help_text="Empty: for ever."
    )
    limit_per_minute = fields.integer(
        "Uses a minute", 1, 2**31 - 1, required=False, help_text="Empty: any number."
    )

    def clean_name(self) -> str:
        """Refuse the name of another key, even a revoked one: ledger entries bear it."""
        name = str(self.cleaned_data["name"])
        if ApiKey.objects.filter(name=name).exists():
            self.add_error("name", NAME_TAKEN)
        return name

    def submit(self, request: HttpRequest) -> keys.NewKey | None:
        values = self.cleaned_data
        days = values["days"]
        try:
            return keys.make(
                values["name"],
                [Right(name) for name in values["scopes"]],
                by=caller_of(request).actor,
                expires_at=timezone.now() + dt.timedelta(days=days) if days else None,
                limit_per_minute=values["limit_per_minute"],
            )
        except IntegrityError:
            self.add_error("name", NAME_TAKEN)
            return None


class RevokeKey(OfficeForm):
    button, is_destructive = "Yes, revoke", True
    warning = "Whoever calls with it is refused from now on. It cannot be undone."
