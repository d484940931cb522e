"""The routes of accounts and of API keys."""

from __future__ import annotations

from allauth.account import urls as library
from django.urls import include, path
from django.urls.resolvers import URLPattern

from tradepost.web.views import account, keys

# Nobody comes to these with our settings: passwords are always asked for, and emails need not be
# confirmed to get in.
UNUSED = ("account_confirm_login_code", "account_email_verification_sent")
_library: list[URLPattern] = [one for one in library.urlpatterns if one.name not in UNUSED]

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/", include(_library)),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("keys/", keys.listing, name="key-list"),
    path("keys/create/", keys.create, name="key-create"),
    path("keys/<int:id>/revoke/", keys.revoke, name="key-revoke"),
]
