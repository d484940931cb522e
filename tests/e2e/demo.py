"""Fills a database with sample data, in its own process; prints sessions and keys.

Run as ``python -m tests.e2e.demo seed|people``, in the environment of the server.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from decimal import Decimal
from typing import Any

import django

PASSWORD = "quiet-harbour-47"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
# Usernames and their roles.
PEOPLE = {
    "admin": "admin",
    "operator": "operator",
    "viewer": "viewer",
    "customer": "customer",
    # Each for one test that changes its account.
    "mover-script": "customer",
    "mover-plain": "customer",
    "guarded-script": "operator",
    "guarded-plain": "operator",
}


def main(how_much: str) -> None:
    """Create the tables, accounts and a key; with "seed" also players, products and orders."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradepost.config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    found: dict[str, Any] = {"sessions": people(), "secret": key()}
    if how_much == "seed":
        counts = {"players": 32, "products": 14, "customers": 8, "orders": 12}
        call_command("seed", **counts, verbosity=0, stdout=io.StringIO())
        found["sessions"]["halfway"] = halfway()
        found["ids"] = more() | mailed() | {"key": 2, "account": 4}
    sys.stdout.write(json.dumps(found))


def people() -> dict[str, str]:
    """Create accounts, and return a session of each."""
    from django.contrib.auth.hashers import make_password

    from tradepost.access.models import Account

    password = make_password(PASSWORD)
    return {
        name: session(
            Account.objects.create(
                username=name, email=f"{name}@example.org", password=password, role=role
            )
        )
        for name, role in PEOPLE.items()
    }


def session(account: Any) -> str:
    """Sign an account in; all but the "guarded" ones have just confirmed their password."""
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore()
    login(request, account, "allauth.account.auth_backends.AuthenticationBackend")
    if not account.username.startswith("guarded"):
        given = {"method": "password", "at": time.time(), "reauthenticated": True}
        request.session["account_authentication_methods"] = [given]
        request.session["account_authentication_methods_user"] = str(account.pk)
    request.session.save()
    return str(request.session.session_key)


def halfway() -> str:
    """Give the viewer a second factor; return a session that asks for it."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP
    from django.test import Client

    from tradepost.access.models import Account

    viewer = Account.objects.get(username="viewer")
    TOTP.activate(viewer, TOTP_SECRET)
    RecoveryCodes.activate(viewer)
    client = Client(HTTP_HOST="127.0.0.1")
    client.post("/account/login/", {"login": "viewer", "password": PASSWORD})
    return client.cookies["sessionid"].value


def mailed() -> dict[str, str]:
    """Return the keys in links that are sent by mail."""
    from allauth.account.forms import default_token_generator
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from allauth.account.utils import user_pk_to_url_str

    from tradepost.access.models import Account

    customer = Account.objects.get(username="customer")
    token = default_token_generator.make_token(customer)
    address, _ = EmailAddress.objects.get_or_create(user=customer, email=customer.email)
    return {
        "reset": f"{user_pk_to_url_str(customer)}-{token}",
        "confirmation": EmailConfirmationHMAC.create(address).key,
    }


def key() -> str:
    """Create a key with all scopes, and a revoked one."""
    from tradepost.access import keys
    from tradepost.access.rights import SCOPES, Right

    keys.revoke(keys.make("old-webshop", (Right.READ,), by="user:admin").key.pk)
    return keys.make("webshop", SCOPES, by="user:admin").secret


def more() -> dict[str, Any]:
    """Create trades, orders and low stocks; return ids for the pages."""
    from tradepost.access.models import Account
    from tradepost.shop import orders, products
    from tradepost.shop.rules import Buyer, LineRequest
    from tradepost.trading import players, trades
    from tradepost.trading.rules import Terms
    from tradepost.txn import Key
    from tradepost.txn.models import Receipt
    from tradepost.web.customers import customer_of

    who = "user:operator"
    players.adjust(1, coins=250, goods=20, reason="Prize of the autumn fair", actor=who)
    players.adjust(2, coins=40, goods=35, reason="Opening balance", actor=who)
    for place in range(24):
        seller, buyer = (1, 2) if place % 3 else (2, 1)
        goods, coins = 1 + place % 2, 3 + place * 5 % 17
        trades.execute(Terms(seller=seller, buyer=buyer, goods=goods, coins=coins), actor=who)
    sold = trades.execute(
        Terms(seller=3, buyer=1, goods=2, coins=15), actor=who, key=Key("user:operator", "demo")
    )
    deleted = 4
    trades.execute(Terms(seller=deleted, buyer=1, goods=1, coins=5), actor=who)
    players.delete(deleted, actor=who)
    chair = products.add("Ash folding chair", Decimal("89.00"), stock=9, actor=who).answer.id
    last = products.add("Signed print", Decimal("140.00"), stock=3, actor=who).answer.id
    gone = products.add("Cherry bowl", Decimal("64.50"), stock=1, actor=who).answer.id
    me = Buyer(id=customer_of(Account.objects.get(username="customer")))
    orders.place(me, [LineRequest(gone, 1), LineRequest(chair, 2)], actor="user:customer")
    cancelled = orders.place(me, [LineRequest(last, 1)], actor="user:customer").answer.id
    orders.cancel(cancelled, actor="user:customer")
    order = orders.place(
        me, [LineRequest(chair, 1), LineRequest(last, 1)], actor="user:customer"
    ).answer.id
    products.adjust(chair, -1, reason="One broke in the shop window", actor=who)
    return {
        "player": 1,
        "trade": f"{sold.answer.seller}-{sold.answer.number}",
        "seller": sold.answer.seller,
        "number": sold.answer.number,
        "product": chair,
        "gone": gone,
        "order": order,
        "cancelled": cancelled,
        "customer": me.id,
        "receipt": "demo",
        "receipt_id": str(Receipt.objects.get(key="demo").pk),
        "deleted": deleted,
    }


if __name__ == "__main__":
    main(sys.argv[1])
