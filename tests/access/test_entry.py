"""Who gets in, decided from the facts of a request alone: no database, no framework."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from pytest_django import Settings

from tradepost.access.caller import ANONYMOUS, LOCAL, Caller, for_key
from tradepost.access.entry import EntryPolicy, Facts, HttpsRequired, enter, require_access
from tradepost.access.errors import (
    BadHost,
    CrossSiteRequest,
    Forbidden,
    KeyRefused,
    RemoteCaller,
    SignInRequired,
)
from tradepost.access.rights import Right
from tradepost.access.routes import EVERYBODY, Access, allow
from tradepost.api.policy import entry_policy

LOCAL_MODE = EntryPolicy(
    local_mode=True,
    is_own_host={"127.0.0.1:8000", "[::1]"}.__contains__,
    https_only=False,
    https_exempt=(r"^(livez|readyz)$",),
)
DEPLOYED = replace(LOCAL_MODE, local_mode=False, is_own_host={"shop.example.org"}.__contains__)
HTTPS = replace(DEPLOYED, https_only=True)
HERE = Facts("POST", "/api/v1/trades", False, "127.0.0.1:8000", "127.0.0.1", {})
THERE = replace(HERE, host="shop.example.org", remote_address="203.0.113.9")
TILL = for_key("till", frozenset({Right.READ}))
BASIC = "Basic " + base64.b64encode(b"any:tp_till").decode()


def find(secret: str) -> Caller:
    if secret != "tp_till":
        raise KeyRefused
    return TILL


def no_key(_secret: str) -> Caller:
    raise AssertionError("nobody gave a key")


@pytest.mark.parametrize(
    ("facts", "policy", "caller"),
    [
        (HERE, LOCAL_MODE, LOCAL),
        (replace(HERE, host="[::1]", remote_address="::1"), LOCAL_MODE, LOCAL),
        (THERE, DEPLOYED, ANONYMOUS),
        # The proxy is on this machine: nobody is known by their address.
        (replace(THERE, remote_address="127.0.0.1"), DEPLOYED, ANONYMOUS),
        (replace(THERE, secure=True), HTTPS, ANONYMOUS),
        (replace(THERE, path="/livez"), HTTPS, ANONYMOUS),
        (replace(THERE, headers={"authorization": "Digest x"}), DEPLOYED, ANONYMOUS),
        (replace(THERE, headers={"x-forwarded-for": "10.0.0.1"}), DEPLOYED, ANONYMOUS),
    ],
)
def test_who_comes_without_a_key(facts: Facts, policy: EntryPolicy, caller: Caller) -> None:
    assert enter(facts, policy, no_key) == caller


@pytest.mark.parametrize("given", ["Bearer tp_till", BASIC])
@pytest.mark.parametrize("policy", [LOCAL_MODE, DEPLOYED])
def test_who_comes_with_a_key(policy: EntryPolicy, given: str) -> None:
    """In local mode, from another machine, too: a key says who it is."""
    host = THERE.host if policy is DEPLOYED else HERE.host
    facts = replace(THERE, host=host, headers={"authorization": given})

    assert enter(facts, policy, find) == TILL


@pytest.mark.parametrize(
    ("facts", "policy", "refusal"),
    [
        (replace(HERE, host="evil.example"), LOCAL_MODE, BadHost),
        (replace(HERE, host=""), LOCAL_MODE, BadHost),
        (THERE, HTTPS, HttpsRequired),
        (replace(THERE, path="/livez/x"), HTTPS, HttpsRequired),
        (replace(HERE, headers={"origin": "http://evil.example"}), LOCAL_MODE, CrossSiteRequest),
        (replace(THERE, headers={"sec-fetch-site": "cross-site"}), DEPLOYED, CrossSiteRequest),
        (replace(HERE, remote_address="203.0.113.9"), LOCAL_MODE, RemoteCaller),
        (replace(HERE, headers={"via": "1.1 proxy"}), LOCAL_MODE, RemoteCaller),
        (replace(HERE, headers={"authorization": "Bearer x"}), LOCAL_MODE, KeyRefused),
        (replace(HERE, headers={"authorization": "Basic \u00e9"}), LOCAL_MODE, KeyRefused),
        # What is wrong with the request is told before what is wrong with the key.
        (
            replace(HERE, headers={"authorization": "Bearer x", "origin": "null"}),
            LOCAL_MODE,
            CrossSiteRequest,
        ),
        (replace(THERE, host="evil.example", headers={"via": "x"}), HTTPS, BadHost),
    ],
)
def test_who_does_not_get_in(facts: Facts, policy: EntryPolicy, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        enter(facts, policy, find)


TRADERS = allow(Right.READ, Right.TRADE)


@pytest.mark.parametrize(
    ("caller", "access", "method"),
    [
        (LOCAL, TRADERS, "POST"),
        (TILL, TRADERS, "GET"),
        (TILL, TRADERS, "HEAD"),
        (ANONYMOUS, EVERYBODY, "POST"),
    ],
)
def test_who_may(caller: Caller, access: Access, method: str) -> None:
    require_access(caller, access, method)


@pytest.mark.parametrize(
    ("caller", "access", "method", "refusal"),
    [
        (TILL, TRADERS, "POST", Forbidden),
        (TILL, TRADERS, "BREW", Forbidden),
        (ANONYMOUS, TRADERS, "GET", SignInRequired),
        (ANONYMOUS, None, "GET", SignInRequired),
        (TILL, None, "GET", Forbidden),
        (LOCAL, None, "GET", Forbidden),
    ],
)
def test_who_may_not(
    caller: Caller, access: Access | None, method: str, refusal: type[Exception]
) -> None:
    """Where a route declares nothing, nobody may."""
    with pytest.raises(refusal):
        require_access(caller, access, method)


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("shop.example.org", True),
        ("SHOP.example.org:8443", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        ("shop.example.org.evil", False),
        ("shop.example.org:x", False),
        ("", False),
        (":80", False),
    ],
)
def test_hosts_are_those_of_the_settings(settings: Settings, host: str, is_own: bool) -> None:
    settings.ALLOWED_HOSTS = ["shop.example.org", "[::1]"]

    assert entry_policy().is_own_host(host) is is_own


def test_the_policy_follows_the_settings(settings: Settings) -> None:
    """They change in tests, and where the server finds that others reach it."""
    for local_mode in (True, False):
        settings.LOCAL_MODE = local_mode
        assert entry_policy().local_mode is local_mode
