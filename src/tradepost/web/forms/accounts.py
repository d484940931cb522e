"""The library's forms for accounts, in our words."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms


class Plain(forms.Form):
    """Labels without placeholders that say the same once more."""

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


class LoginForm(Plain, account.LoginForm):  # type: ignore[misc]
    """Signs in."""


class SignupForm(Plain, account.SignupForm):  # type: ignore[misc]
    """Creates an account."""

    helps: ClassVar[dict[str, str]] = {
        "email": "For a new password, should you forget yours. Without it nobody can send you one.",
    }


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    """Changes a password by the old one."""

    labels: ClassVar[dict[str, str]] = Plain.labels | {
        "password1": "New password",
        "password2": "New password, once more",
    }


class SetPasswordForm(Plain, account.SetPasswordForm):  # type: ignore[misc]
    """Sets a first password."""


class ResetPasswordForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a mail with a link."""


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Changes a password by such a link."""

    labels = ChangePasswordForm.labels


class AddEmailForm(Plain, account.AddEmailForm):  # type: ignore[misc]
    """Gives an account another email address."""

    labels: ClassVar[dict[str, str]] = Plain.labels | {"email": "New email"}


class ReauthenticateForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    """Asks for the password once more."""


class AuthenticateForm(Plain, mfa.AuthenticateForm):  # type: ignore[misc]
    """Asks for a second factor's code."""

    helps: ClassVar[dict[str, str]] = {
        "code": "The six digits that your app shows, or one of your recovery codes."
    }


class ReauthenticateByCodeForm(Plain, mfa.ReauthenticateForm):  # type: ignore[misc]
    """Asks for such a code once more."""

    helps = AuthenticateForm.helps


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    """Begins with an authenticator app."""

    helps: ClassVar[dict[str, str]] = {"code": "The six digits that the app shows."}
