"""Settings of the accounts library that are code."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tradepost.access.models import Account
from tradepost.web import customers

TAKEN = "This username is taken."


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_taken": TAKEN,
        "username_password_mismatch": "The username or the password is wrong.",
        "too_many_login_attempts": "Too many wrong guesses. Wait five minutes, and try again.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your current password.",
    }

    def clean_username(self, username: str, shallow: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Refuse a username that is taken, even by a customer without an account."""
        cleaned = super().clean_username(username, shallow)
        if not shallow and customers.has_customer(cleaned):
            raise ValidationError(TAKEN)
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: object) -> str:
        return reverse("account")

    def post_login(self, request: HttpRequest, user: Account, **more: Any) -> HttpResponse:
        if more.get("signup"):
            messages.success(request, "Your account is made: welcome.")
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether a redirect to an address is safe: only the requested host is.

        The library's own check allows every host that the server answers to.
        """
        host = context.request.get_host()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host})
