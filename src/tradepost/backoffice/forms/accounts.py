"""Forms about accounts and API keys."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.validators import validate_email
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from tradepost import txn
from tradepost.access import accounts
from tradepost.access.models import KEY_NAME_MAX_LENGTH, USERNAME_MAX_LENGTH, Account, ApiKey
from tradepost.access.rights import SCOPES, Right, Role
from tradepost.backoffice.forms.service_form import ServiceForm, integer_field, text_field

ROLE_CHOICES = [(role.value, role.value.capitalize()) for role in Role]
SCOPE_CHOICES = [(right.value, right.value) for right in SCOPES]
DAYS_MAX = 3650


def _password(label: str, **options: Any) -> forms.CharField:
    widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget, **options)


class Passwords(forms.Form):
    """Sets a password, entered twice."""

    password1 = _password("Password")
    password2 = _password("Password, again")

    def __init__(self, *args: Any, instance: Account | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance = instance
        self.fields["password1"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Refuse passwords that differ, and a password that is too weak."""
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


class NewAccount(Passwords):
    """Creates an account."""

    username = text_field("Username", USERNAME_MAX_LENGTH)
    email = forms.CharField(
        label="Email",
        required=False,
        max_length=254,
        validators=[validate_email],
        widget=UnfoldAdminEmailInputWidget(),
    )
    role = forms.ChoiceField(choices=ROLE_CHOICES, widget=UnfoldAdminSelectWidget())
    field_order = ("username", "email", "role", "password1", "password2")

    def clean_username(self) -> Any:
        """Refuse a username that is invalid or taken."""
        return get_adapter().clean_username(self.cleaned_data["username"])


class Change(ServiceForm):
    """Changes an account's role, and whether it can sign in."""

    title, button = "Change role and access", "Save"

    role = forms.ChoiceField(choices=ROLE_CHOICES, widget=UnfoldAdminSelectWidget())
    is_active = forms.BooleanField(
        label="Can sign in", required=False, widget=UnfoldBooleanWidget()
    )
    # The admin's account; the view sets it.
    by: int = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance is not None:
            self.initial.update(role=self.instance.role, is_active=self.instance.is_active)

    def call(self, **call: Any) -> txn.Outcome[Any]:
        values = self.cleaned_data
        role, is_active = Role(values["role"]), values["is_active"]
        return accounts.change(self.object_id, role=role, is_active=is_active, by=self.by, **call)

    def success_message(self, answer: Any) -> str:
        can = "can sign in" if answer.is_active else "cannot sign in"
        return f"{answer.username} is {answer.role} now, and {can}."


class NewKey(forms.Form):
    """Creates an API key."""

    name = text_field("Name", KEY_NAME_MAX_LENGTH, help_text="Stays on what is done with the key.")
    scopes = forms.MultipleChoiceField(
        choices=SCOPE_CHOICES,
        initial=[Right.READ.value],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    days = integer_field("Good for days", 1, DAYS_MAX, required=False, help_text="Empty: for ever.")
    limit_per_minute = integer_field(
        "Uses a minute", 1, 2**31 - 1, required=False, help_text="Empty: any number."
    )

    def clean_name(self) -> str:
        """Refuse the name of another key, even a revoked one: ledger entries bear it."""
        name = str(self.cleaned_data["name"])
        if ApiKey.objects.filter(name=name).exists():
            self.add_error("name", "There is, or was, a key of this name.")
        return name

    def clean_scopes(self) -> list[Right]:
        return [Right(name) for name in self.cleaned_data["scopes"]]

    def expires_at(self) -> dt.datetime | None:
        days = self.cleaned_data["days"]
        return None if days is None else timezone.now() + dt.timedelta(days=days)
