"""Shared by the tests of accounts, API keys and the overview."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tests.web.conftest import text_of
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.shop import orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import trades
from tradepost.trading.rules import Terms

PASSWORD = "horse-battery-staple"
# In seconds since 1970.
CODES_AT = 1_800_000_000


@pytest.fixture
def closed(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Open mode is off; passwords are quick to check; nobody has guessed before.

    The clock of authenticator apps stands still: a code is not over while a test sends it.

    A test that names `committed` has commits that are real.
    """
    real = "committed" in request.fixturenames
    request.getfixturevalue("committed" if real else "db")
    settings.LOCAL_MODE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: CODES_AT))
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def empty_cache(db: None) -> Iterator[None]:
    """Empty the cache, which may hold another test's audit result."""
    cache.clear()
    yield
    cache.clear()


def make_account(name: str, role: Role = Role.CUSTOMER, **more: Any) -> Account:
    """Create an account."""
    return Account.objects.create_user(name, password=PASSWORD, role=role, **more)


def signed_in_client(name: str, role: Role = Role.CUSTOMER, **more: Any) -> Client:
    """Create an account, and return a client that is signed in with it."""
    client = Client()
    client.force_login(make_account(name, role, **more))
    return client


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Submit the sign-in form."""
    return client.post("/account/login/", {"login": name, "password": password, **more})


def account_text(client: Client) -> str:
    """Return the text of the client's account page."""
    return text_of(client.get("/account/"))


def code_of(secret: str) -> str:
    """Return the code that an authenticator app shows for a secret (RFC 6238)."""
    counter = struct.pack(">Q", CODES_AT // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sell(seller: int, buyer: int, times: int = 1) -> None:
    """Sell one item for two coins, a number of times."""
    for _ in range(times):
        trades.execute(Terms(seller=seller, buyer=buyer, goods=1, coins=2), actor="test")


def place_order(name: str = "Lamp", stock: int = 20, quantity: int = 2) -> Any:
    """Place an order by ann for a new product at 12.50."""
    product = products.add(name, from_cents(1250), stock=stock, actor="test").answer.id
    return orders.purchase(
        Buyer(username="ann"), LineRequest(product, quantity), actor="test"
    ).answer
