"""API keys: create, show once, revoke."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.accounts import signed_in_client
from tests.web.conftest import errors_of, messages_of, text_of
from tradepost.access import key_lookup, keys
from tradepost.access.errors import KeyRefused
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right, Role
from tradepost.web.views import keys as views

pytestmark = pytest.mark.django_db
WANTED = {"name": "robot", "scopes": ["read", "trade"], "expires": "30", "limit_per_minute": "60"}
SECRET = re.compile(r"tp_[A-Za-z0-9_-]{43}")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Forget the cached keys of another test."""
    key_lookup.forget()
    yield
    key_lookup.forget()


def secret_in(response: Any) -> str:
    [found] = set(SECRET.findall(response.content.decode()))
    return str(found)


def test_a_key_is_made(client: Client) -> None:
    before = timezone.now()
    answer = client.post("/keys/create/", WANTED)
    assert answer.status_code == 200
    made = ApiKey.objects.get()
    assert (made.name, made.scopes, made.limit_per_minute) == ("robot", "read trade", 60)
    assert made.created_by == "local"
    assert made.expires_at is not None
    days = made.expires_at - before
    assert dt.timedelta(days=30) <= days < dt.timedelta(days=30, minutes=1)
    secret = secret_in(answer)
    assert secret[3:11] == made.prefix
    assert key_lookup.identify(secret).rights >= {Right.READ, Right.TRADE}


@pytest.mark.parametrize(("given", "days"), [("90", 90), ("365", 365), ("never", None)])
def test_expiry(client: Client, given: str, days: int | None) -> None:
    """After a number of days, or never; without a limit there is none."""
    client.post("/keys/create/", WANTED | {"expires": given, "limit_per_minute": ""})
    made = ApiKey.objects.get()
    assert made.limit_per_minute is None
    if days is None:
        assert made.expires_at is None
    else:
        assert made.expires_at is not None
        assert (made.expires_at - made.created_at).days in (days - 1, days)


def test_the_secret_is_shown_once(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """In the body only: not in a header, a cookie, a session, a message, a log or a row."""
    settings.LOCAL_MODE = False
    caplog.set_level(logging.DEBUG)
    admin = signed_in_client("root", Role.ADMIN)
    answer = admin.post("/keys/create/", WANTED)
    secret = secret_in(answer)
    assert answer["Cache-Control"] == "no-store"
    assert secret not in str(answer.headers)
    assert secret not in str(answer.cookies)
    assert secret not in str(admin.cookies)
    assert secret not in caplog.text
    assert secret not in str(list(ApiKey.objects.values_list()))
    assert all(secret not in str(one.get_decoded()) for one in Session.objects.all())
    assert messages_of(answer) == []
    later = admin.get("/keys/")
    assert messages_of(later) == []
    assert secret not in later.content.decode()
    assert secret[:11] in later.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "  "}, "name", "This field is required."),
        ({"name": "x" * 51}, "name", "Ensure this value has at most 50 characters (it has 51)."),
        ({"name": "a\x07b"}, "name", "A name has printable characters only."),
        ({"name": "a\x00b"}, "name", "Null characters are not allowed."),
        ({"scopes": []}, "scopes", "Choose at least one thing that it may do."),
        ({"scopes": ["admin"]}, "scopes", "Select a valid choice. admin is not one of the"),
        ({"expires": "31"}, "expires", "Select a valid choice. 31 is not one of the"),
        ({"expires": ""}, "expires", "This field is required."),
        ({"limit_per_minute": "0"}, "limit_per_minute", "greater than or equal to 1."),
        ({"limit_per_minute": "1000001"}, "limit_per_minute", "less than or equal to 1000000."),
        ({"limit_per_minute": "many"}, "limit_per_minute", "Enter a whole number."),
    ],
)
def test_bad_input(client: Client, wrong: dict[str, Any], field: str, said: str) -> None:
    """The form shows the error at its field, keeps its values, and creates no key."""
    answer = client.post("/keys/create/", WANTED | wrong)
    assert answer.status_code == 200
    assert list(errors_of(answer)) == [field]
    assert said in errors_of(answer)[field][0]
    assert said in text_of(answer)
    assert not SECRET.search(answer.content.decode())
    assert ApiKey.objects.count() == 0


def test_what_was_typed_is_kept(client: Client) -> None:
    content = client.post("/keys/create/", WANTED | {"limit_per_minute": "0"}).content.decode()
    assert 'value="robot"' in content
    assert re.search(r'value="trade"[^>]*checked', content)
    assert not re.search(r'value="shop"[^>]*checked', content)
    assert '<option value="30" selected>' in content


def test_reloading_makes_no_second_key(client: Client) -> None:
    """The name is taken by the first key, which stays the only one."""
    first = secret_in(client.post("/keys/create/", WANTED))
    again = client.post("/keys/create/", WANTED)
    assert errors_of(again) == {"name": ["There is, or was, a key of this name: take another."]}
    assert ApiKey.objects.count() == 1
    assert key_lookup.identify(first).actor == "key:robot"


def test_a_name_that_somebody_took_meanwhile(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses the second key, and the form shows that."""

    def taken(*_args: Any, **_options: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(views.keys, "make", taken)
    answer = client.post("/keys/create/", WANTED)
    assert answer.status_code == 200
    assert errors_of(answer) == {"name": ["There is, or was, a key of this name: take another."]}


def test_the_list(client: Client) -> None:
    """The newest first, with what identifies each key, and its state."""
    assert "There are no keys." in text_of(client.get("/keys/"))
    for name, scopes in (("old", [Right.READ]), ("dead", [Right.SHOP]), ("new", [*Right][1:4])):
        keys.make(name, scopes, by="user:root", limit_per_minute=1200 if name == "new" else None)
    ApiKey.objects.filter(name="old").update(expires_at=timezone.now())
    ApiKey.objects.filter(name="dead").update(revoked_at=timezone.now())
    ApiKey.objects.filter(name="new").update(last_used_at="2026-01-02T03:04:05Z")
    page = client.get("/keys/")
    states = [(one["key"].name, one["state"]) for one in page.context["keys"]]
    assert states == [("new", "good"), ("dead", "revoked"), ("old", "expired")]
    said = text_of(page)
    assert "read, trade, shop 1,200 " in said
    assert "by user:root never 2026-01-02 03:04:05 UTC good Revoke new" in said
    assert "no limit" in said
    assert "Revoke dead" not in said


def test_pages(client: Client) -> None:
    """25 per page."""
    for place in range(51):
        keys.make(f"key-{place}", [Right.READ], by="test")
    seen, path = [], "/keys/"
    while path:
        page = client.get(path)
        seen += [one["key"].name for one in page.context["keys"]]
        path = f"/keys/?before={page.context['next']}" if page.context["next"] else ""
    assert seen == [f"key-{place}" for place in range(50, -1, -1)]
    assert "There are no older keys." in text_of(client.get("/keys/?before=0"))
    for nonsense in ("x", "-1", "9" * 19, "9" * 40, "9" * 5000, ""):
        assert len(client.get(f"/keys/?before={nonsense}").context["keys"]) == 25


def test_a_key_is_revoked(client: Client) -> None:
    """After a confirmation; then it is refused."""
    made = keys.make("robot", [Right.READ], by="test")
    path = f"/keys/{made.key.pk}/revoke/"
    asked = text_of(client.get(path))
    assert "Revoke the key robot?" in asked
    assert "It was last used: never." in asked
    assert ApiKey.objects.get().revoked_at is None

    answer = client.post(path, follow=True)
    assert answer.redirect_chain == [("/keys/", 302)]
    assert messages_of(answer) == ["The key robot is revoked: nobody gets in with it any more."]
    with pytest.raises(KeyRefused):
        key_lookup.identify(made.secret)

    revoked_at = ApiKey.objects.get().revoked_at
    assert messages_of(client.post(path, follow=True)) == ["The key robot was revoked before."]
    assert ApiKey.objects.get().revoked_at == revoked_at
    assert "It was revoked" in text_of(client.get(path))


@pytest.mark.parametrize("number", ["999", "0", "9" * 30])
def test_a_key_that_is_not_there(client: Client, number: str) -> None:
    assert client.get(f"/keys/{number}/revoke/").status_code == 404
    assert client.post(f"/keys/{number}/revoke/").status_code == 404


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.VIEWER, Role.OPERATOR])
def test_keys_are_for_admins(settings: Any, role: Role) -> None:
    """All others are refused."""
    settings.LOCAL_MODE = False
    made = keys.make("robot", [Right.READ], by="test")
    other = signed_in_client("other", role)
    for path in ("/keys/", "/keys/create/", f"/keys/{made.key.pk}/revoke/"):
        assert other.get(path).status_code == 403
        assert other.post(path, WANTED | {"name": "mine"}).status_code == 403
        program = Client(headers={"Authorization": f"Bearer {made.secret}"})
        assert program.get(path).status_code == 403
    assert ApiKey.objects.get().revoked_at is None


def test_queries(client: Client) -> None:
    """One query for the list, two to create, one to ask, two to revoke."""

    def sent(method: str, path: str, **data: str | list[str]) -> int:
        with CaptureQueriesContext(connection) as found:
            assert getattr(client, method)(path, data).status_code in (200, 302)
        return len(found)

    assert sent("get", "/keys/") == 1
    made = [keys.make(f"key-{place}", [Right.READ], by="test") for place in range(30)]
    assert sent("get", "/keys/") == 1
    assert sent("get", "/keys/create/") == 0
    assert sent("post", "/keys/create/", **WANTED) == 2
    assert sent("get", f"/keys/{made[0].key.pk}/revoke/") == 1
    assert sent("post", f"/keys/{made[0].key.pk}/revoke/") == 2
