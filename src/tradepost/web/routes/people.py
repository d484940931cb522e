"""The routes of accounts and of API keys."""

from __future__ import annotations

from allauth.account import urls as library
from django.urls import include, path
from django.urls.resolvers import URLPattern

from tradepost.web.rights import ADMINS, EVERYBODY
from tradepost.web.views import account, keys

# Never reached with our settings: a password is always asked for, and an email address need not
# be confirmed to sign in.
UNUSED = ("account_confirm_login_code", "account_email_verification_sent")
_library: list[URLPattern] = [one for one in library.urlpatterns if one.name not in UNUSED]

urlpatterns = [
    EVERYBODY(path("account/", account.account, name="account")),
    # The library itself asks for a login where a page needs one.
    EVERYBODY(path("account/", include(_library))),
    EVERYBODY(path("account/2fa/", include("allauth.mfa.urls"))),
    ADMINS(path("keys/", keys.listing, name="key-list")),
    ADMINS(path("keys/create/", keys.create, name="key-create")),
    ADMINS(path("keys/<int:id>/revoke/", keys.revoke, name="key-revoke")),
]
