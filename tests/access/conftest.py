"""Callers of every kind, and a server that demands to know them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import api, enlist, loop, pair, still
from tradepost.access import key_lookup, keys
from tradepost.access.models import Account
from tradepost.access.rights import Right, Role

__all__ = ["api", "enlist", "loop", "pair", "still"]
PASSWORD = "horse-battery-staple"
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No key is remembered from another test."""
    key_lookup.forget()
    yield
    key_lookup.forget()


@pytest.fixture
def closed(settings: Settings) -> None:
    """Open mode is off, as it is wherever others than this machine are served."""
    settings.LOCAL_MODE = False


def account(name: str, role: Role) -> Account:
    """Return an account of this name, made at the first call."""
    found = Account.objects.filter(username=name).first()
    return found or Account.objects.create_user(name, password=PASSWORD, role=role)


def with_key(*scopes: Right, name: str = "program") -> Client:
    """Return a client that sends a new key."""
    made = keys.make(name, scopes, by="test")
    return Client(headers={"Authorization": f"Bearer {made.secret}"})


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Signs somebody of a role in, and returns their client."""

    def sign(role: Role, name: str = "", **options: bool) -> Client:
        client = Client(**options)
        client.force_login(account(name or role.value, role))
        return client

    return sign
