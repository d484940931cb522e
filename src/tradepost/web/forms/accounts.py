"""The accounts library's forms, with Tradepost's labels."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms


class Labelled(forms.Form):
    """Sets labels and help texts, and drops placeholders, which only repeat the labels."""

    labels: ClassVar[dict[str, str]] = {
        "email": "Email",
        "remember": "Stay signed in on this device",
        "oldpassword": "Current password",
        "password2": "Password, once more",
        "code": "Code",
    }
    helps: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)


class LoginForm(Labelled, account.LoginForm):  # type: ignore[misc]
    """Signs in with a username and password."""


class SignupForm(Labelled, account.SignupForm):  # type: ignore[misc]
    """Creates an account."""

    helps: ClassVar[dict[str, str]] = {
        "email": "For a new password, should you forget yours. Without it nobody can send you one.",
    }


class ChangePasswordForm(Labelled, account.ChangePasswordForm):  # type: ignore[misc]
    """Changes a password, given the old one."""

    labels: ClassVar[dict[str, str]] = Labelled.labels | {
        "password1": "New password",
        "password2": "New password, once more",
    }


class SetPasswordForm(Labelled, account.SetPasswordForm):  # type: ignore[misc]
    """Sets a password for an account that has none."""


class ResetPasswordForm(Labelled, account.ResetPasswordForm):  # type: ignore[misc]
    """Sends a mail with a link that resets a password."""


class ResetPasswordKeyForm(Labelled, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Changes a password through such a link."""

    labels = ChangePasswordForm.labels


class AddEmailForm(Labelled, account.AddEmailForm):  # type: ignore[misc]
    """Changes an account's email address."""

    labels: ClassVar[dict[str, str]] = Labelled.labels | {"email": "New email"}


class ReauthenticateForm(Labelled, account.ReauthenticateForm):  # type: ignore[misc]
    """Asks for the password again."""


class AuthenticateForm(Labelled, mfa.AuthenticateForm):  # type: ignore[misc]
    """Asks for the code of a second factor."""

    helps: ClassVar[dict[str, str]] = {
        "code": "The six digits that your app shows, or one of your recovery codes."
    }


class ReauthenticateByCodeForm(Labelled, mfa.ReauthenticateForm):  # type: ignore[misc]
    """Asks for such a code again."""

    helps = AuthenticateForm.helps


class ActivateTOTPForm(Labelled, totp.ActivateTOTPForm):  # type: ignore[misc]
    """Activates an authenticator app."""

    helps: ClassVar[dict[str, str]] = {"code": "The six digits that the app shows."}
