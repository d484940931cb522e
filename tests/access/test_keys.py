"""API keys: shown once, stored as a digest, scoped, expiring, revocable, counted."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tradepost.access import key_lookup, keys
from tradepost.access.caller import Kind
from tradepost.access.errors import KeyRefused, QuotaExceeded
from tradepost.access.key_lookup import LookupNeeded
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right

pytestmark = pytest.mark.django_db
READ = (Right.READ,)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(key_lookup.time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_the_secret_is_256_random_bits_and_is_stored_nowhere() -> None:
    made = keys.make("till", READ, by="test")
    again = keys.make("other till", READ, by="test")

    assert made.secret.startswith("tp_")
    padded = made.secret.removeprefix("tp_") + "="
    assert len(base64.urlsafe_b64decode(padded)) == 32
    assert made.secret != again.secret
    row = ApiKey.objects.values().get(name="till")
    assert row["digest"] == hashlib.sha256(made.secret.encode()).hexdigest()
    assert row["prefix"] == made.secret[3:11]
    assert made.secret[11:] not in str(row)


def test_a_key_enters_with_its_scopes() -> None:
    made = keys.make("till", (Right.SHOP, Right.READ), by="test")

    caller = key_lookup.identify(made.secret)

    assert (caller.kind, caller.actor) == (Kind.KEY, "key:till")
    assert caller.rights == {Right.ENTER, Right.READ, Right.SHOP}


@pytest.mark.parametrize("secret", ["", "tp_", "tp_" + "x" * 43, "x" * 10_000, "\x00", "é"])
def test_another_secret_is_refused(secret: str) -> None:
    keys.make("till", READ, by="test")

    with pytest.raises(KeyRefused):
        key_lookup.identify(secret)


def test_an_expired_key_is_refused() -> None:
    soon = timezone.now() + dt.timedelta(seconds=60)
    made = keys.make("till", READ, by="test", expires_at=soon)
    key_lookup.identify(made.secret)
    ApiKey.objects.update(expires_at=timezone.now())
    key_lookup.forget()

    with pytest.raises(KeyRefused):
        key_lookup.identify(made.secret)
    assert keys.state_of(ApiKey.objects.get(), timezone.now()) == "expired"


def test_a_key_that_expires_while_it_is_remembered_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    soon = timezone.now() + dt.timedelta(seconds=60)
    made = keys.make("till", READ, by="test", expires_at=soon)
    key_lookup.identify(made.secret)
    monkeypatch.setattr(key_lookup.timezone, "now", lambda: soon)

    for identify in (key_lookup.identify, key_lookup.identify_cached):
        with pytest.raises(KeyRefused):
            identify(made.secret)


def test_a_revoked_key_is_refused_within_a_second(clock: Clock) -> None:
    made = keys.make("till", READ, by="test")
    key_lookup.identify(made.secret)

    assert keys.revoke(made.key.pk)
    clock.now += key_lookup.TRUSTED_S + 0.01

    with pytest.raises(LookupNeeded):
        key_lookup.identify_cached(made.secret)
    with pytest.raises(KeyRefused):
        key_lookup.identify(made.secret)
    assert not keys.revoke(made.key.pk)
    assert keys.state_of(ApiKey.objects.get(), timezone.now()) == "revoked"


def test_a_key_is_looked_up_once_a_second(
    clock: Clock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = keys.make("till", READ, by="test")
    with django_assert_num_queries(1):
        key_lookup.identify(made.secret)
    with django_assert_num_queries(0):
        assert key_lookup.identify_cached(made.secret) == key_lookup.identify(made.secret)
    clock.now += key_lookup.TRUSTED_S + 0.01
    with django_assert_num_queries(1):
        key_lookup.identify(made.secret)


@pytest.mark.engine
def test_names_are_unique_for_ever() -> None:
    made = keys.make("till", READ, by="test")
    keys.revoke(made.key.pk)

    with pytest.raises(IntegrityError):
        keys.make("till", READ, by="test")


class TestLimits:
    """So many uses a minute: at once, and then as fast as time brings them back."""

    @pytest.fixture
    def secret(self, clock: Clock) -> str:
        return keys.make("till", READ, by="test", limit_per_minute=6).secret

    def test_a_minutes_uses_may_come_at_once(self, secret: str) -> None:
        for _ in range(6):
            key_lookup.identify(secret)
        with pytest.raises(QuotaExceeded) as refused:
            key_lookup.identify(secret)
        assert refused.value.facts == {"limit": 6, "retry_after_s": 10}

    def test_a_cached_key_is_counted_the_same(self, secret: str) -> None:
        key_lookup.identify(secret)
        for _ in range(5):
            key_lookup.identify_cached(secret)
        with pytest.raises(QuotaExceeded):
            key_lookup.identify_cached(secret)

    def test_one_comes_back_after_its_share_of_a_minute(self, secret: str, clock: Clock) -> None:
        for _ in range(6):
            key_lookup.identify(secret)
        clock.now += 9.5
        with pytest.raises(QuotaExceeded) as refused:
            key_lookup.identify(secret)
        assert refused.value.facts["retry_after_s"] == 1
        clock.now += 0.5
        key_lookup.identify(secret)
        with pytest.raises(QuotaExceeded):
            key_lookup.identify(secret)

    def test_a_look_up_does_not_forget_the_count(self, secret: str, clock: Clock) -> None:
        for _ in range(6):
            key_lookup.identify(secret)
        clock.now += key_lookup.TRUSTED_S + 0.01

        with pytest.raises(QuotaExceeded):
            key_lookup.identify(secret)

    def test_each_process_allows_its_share(self, secret: str, settings: Settings) -> None:
        settings.WORKERS = 2
        for _ in range(3):
            key_lookup.identify(secret)
        with pytest.raises(QuotaExceeded):
            key_lookup.identify(secret)

    def test_without_a_limit_nothing_is_counted(self) -> None:
        secret = keys.make("free", READ, by="test").secret
        for _ in range(1000):
            key_lookup.identify(secret)


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic " + base64.b64encode(b"x:abc").decode(), "abc"),
        ("BASIC " + base64.b64encode(b"abc:").decode(), "abc"),
        ("Basic " + base64.b64encode(b"abc").decode(), "abc"),
        # What cannot be read is a wrong secret rather than none: nobody is let in by mistake.
        ("Basic !!!", ""),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), ""),
        ("Basic \u00e9", ""),
        ("Bearer", ""),
        ("Digest abc", None),
        ("", None),
    ],
)
def test_a_secret_is_read_from_a_header(header: str, secret: str | None) -> None:
    assert keys.secret_of(header) == secret
