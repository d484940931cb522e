"""The accounts library's forms, with Tradepost's labels."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

LABELS = {
    "email": "Email",
    "remember": "Stay signed in on this device",
    "oldpassword": "Current password",
    "password2": "Password, once more",
    "code": "Code",
}
NEW_PASSWORD = {"password1": "New password", "password2": "New password, once more"}
EMAIL_HELP = "For a new password, should you forget yours. Without it nobody can send you one."
CODE_HELP = "The six digits that your app shows, or one of your recovery codes."


class Labelled(forms.Form):
    """Sets labels and help texts, and drops placeholders, which only repeat the labels."""

    labels: ClassVar[dict[str, str]] = {}
    helps: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = (LABELS | self.labels).get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)


def _labelled(form: type[forms.Form], **texts: dict[str, str]) -> type[forms.Form]:
    return type(form.__name__, (Labelled, form), texts)


LoginForm = _labelled(account.LoginForm)
SignupForm = _labelled(account.SignupForm, helps={"email": EMAIL_HELP})
ChangePasswordForm = _labelled(account.ChangePasswordForm, labels=NEW_PASSWORD)
SetPasswordForm = _labelled(account.SetPasswordForm)
ResetPasswordForm = _labelled(account.ResetPasswordForm)
ResetPasswordKeyForm = _labelled(account.ResetPasswordKeyForm, labels=NEW_PASSWORD)
AddEmailForm = _labelled(account.AddEmailForm, labels={"email": "New email"})
ReauthenticateForm = _labelled(account.ReauthenticateForm)
AuthenticateForm = _labelled(mfa.AuthenticateForm, helps={"code": CODE_HELP})
ReauthenticateByCodeForm = _labelled(mfa.ReauthenticateForm, helps={"code": CODE_HELP})
ActivateTOTPForm = _labelled(
    totp.ActivateTOTPForm, helps={"code": "The six digits that the app shows."}
)
