"""API keys: create, show once, revoke."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from tests.backoffice.conftest import KEYS, errors_of, messages_of, text_of
from tradepost.access import key_lookup, keys
from tradepost.access.errors import KeyRefused
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right

pytestmark = pytest.mark.django_db

VALUES = {"name": "program", "scopes": ["read", "trade"], "days": "30", "limit_per_minute": "60"}


def secret_on(page: str) -> str:
    return page.split('value="tp_')[1].partition('"')[0]


class TestMaking:
    """Creating keys."""

    def test_a_key_is_shown_once(self, admin: Client) -> None:
        answer = admin.post(f"{KEYS}/add/", VALUES)

        page = answer.content.decode()
        secret = "tp_" + secret_on(page)
        assert key_lookup.identify(secret).actor == "key:program"
        assert "no-store" in answer["Cache-Control"]
        key = ApiKey.objects.get()
        assert key.digest == hashlib.sha256(secret.encode()).hexdigest()
        assert (key.scopes, key.limit_per_minute, key.created_by) == ("read trade", 60, "user:root")
        ends_in = key.expires_at - timezone.now()
        assert dt.timedelta(days=29, hours=23) < ends_in <= dt.timedelta(days=30)
        for path in ("", f"{key.pk}/change/", f"{key.pk}/revoke/", "add/"):
            shown = admin.get(f"{KEYS}/{path}").content.decode()
            assert secret not in shown
            assert key.digest not in shown

    def test_the_digest_is_on_no_page(self, admin: Client) -> None:
        page = admin.post(f"{KEYS}/add/", VALUES).content.decode()

        assert ApiKey.objects.get().digest not in page

    def test_a_key_without_limits(self, admin: Client) -> None:
        admin.post(f"{KEYS}/add/", {"name": "p", "scopes": ["shop"]})

        key = ApiKey.objects.get()
        assert (key.expires_at, key.limit_per_minute, key.scopes) == (None, None, "shop")

    def test_a_page_that_is_reloaded_makes_no_second_key(self, admin: Client) -> None:
        admin.post(f"{KEYS}/add/", VALUES)

        again = admin.post(f"{KEYS}/add/", VALUES)

        assert errors_of(again) == {"name": ["There is, or was, a key of this name."]}
        assert ApiKey.objects.count() == 1

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 51}, "name"),
            ({"scopes": []}, "scopes"),
            ({"scopes": ["admin"]}, "scopes"),
            ({"scopes": ["buy"]}, "scopes"),
            ({"days": "0"}, "days"),
            ({"days": "99999999999"}, "days"),
            ({"limit_per_minute": "0"}, "limit_per_minute"),
            ({"limit_per_minute": str(2**31)}, "limit_per_minute"),
        ],
    )
    def test_what_cannot_be_is_said(
        self, admin: Client, values: dict[str, str], field: str
    ) -> None:
        answer = admin.post(f"{KEYS}/add/", VALUES | values)

        assert list(errors_of(answer)) == [field]
        assert ApiKey.objects.count() == 0

    def test_it_is_in_the_log_without_the_secret(self, admin: Client) -> None:
        page = admin.post(f"{KEYS}/add/", VALUES).content.decode()

        entry = LogEntry.objects.get()
        assert entry.get_change_message() == "Made a key: read trade."
        assert secret_on(page) not in f"{entry.object_repr}{entry.change_message}"


class TestRevoking:
    """Revoked and expired keys."""

    def test_a_key_is_revoked_after_a_question(self, admin: Client) -> None:
        made = keys.make("program", [Right.READ], by="test")
        path = f"{KEYS}/{made.key.pk}/revoke/"

        assert "It cannot be undone" in text_of(admin.get(path))
        assert ApiKey.objects.get().revoked_at is None
        answer = admin.post(path)

        assert messages_of(answer, admin) == ["The key program is revoked."]
        with pytest.raises(KeyRefused):
            key_lookup.identify(made.secret)
        assert LogEntry.objects.get().get_change_message() == "Revoked the key."
        assert "revoked" in text_of(admin.get(f"{KEYS}/"))

    def test_revoking_twice_keeps_the_first_time(self, admin: Client) -> None:
        made = keys.make("program", [Right.READ], by="test")
        path = f"{KEYS}/{made.key.pk}/revoke/"
        admin.post(path)
        first = ApiKey.objects.get().revoked_at

        admin.post(path)

        assert ApiKey.objects.get().revoked_at == first
        assert LogEntry.objects.count() == 1

    def test_a_key_that_is_not_there_is_refused(self, admin: Client) -> None:
        for number in ("999", "x"):
            assert admin.post(f"{KEYS}/{number}/revoke/").status_code == 403

    def test_an_expired_key_is_reported(self, admin: Client) -> None:
        past = timezone.now() - dt.timedelta(days=1)
        keys.make("program", [Right.READ], by="test", expires_at=past)

        assert "expired" in text_of(admin.get(f"{KEYS}/"))
        page = admin.get(f"{KEYS}/?is=expired")
        assert [key.name for key in page.context["cl"].result_list] == ["program"]
