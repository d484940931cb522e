"""What another site would have a browser do: forms, sessions, redirects."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.access.conftest import PASSWORD, SignIn, account
from tests.api.conftest import state
from tradepost.access import keys
from tradepost.access.rights import Right, Role

pytestmark = pytest.mark.django_db
PLAYERS = "/api/v1/players"


class TestForgedForms:
    """A login is guarded by a token wherever it is used, a key is not."""

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", PLAYERS),
            ("POST", "/api/v1/purchases"),
            ("PATCH", f"{PLAYERS}/1"),
            ("DELETE", f"{PLAYERS}/1"),
            ("POST", "/player/"),
            ("POST", "/order/"),
            ("DELETE", "/order/1"),
            ("POST", "/players/create/"),
            ("POST", "/players/delete-all/"),
            ("POST", "/account/logout/"),
            ("POST", "/backoffice/"),
        ],
    )
    def test_without_the_token_nothing_happens(
        self, sign_in: SignIn, pair: tuple[int, int], method: str, path: str
    ) -> None:
        admin = sign_in(Role.ADMIN, enforce_csrf_checks=True)
        before = state()

        for token in ({}, {"X-CSRFToken": "x" * 64}):
            refused = admin.generic(method, path, "{}", "application/json", headers=token)
            assert refused.status_code == 403
        assert state() == before
        assert admin.get(PLAYERS).status_code == 200

    def test_with_the_token_it_does(self, sign_in: SignIn) -> None:
        admin = sign_in(Role.ADMIN, enforce_csrf_checks=True)
        admin.get("/account/password/change/")
        token = {"X-CSRFToken": admin.cookies["csrftoken"].value}

        made = admin.post(PLAYERS, {}, content_type="application/json", headers=token)

        assert made.status_code == 201

    def test_a_key_needs_none(self) -> None:
        made = keys.make("till", (Right.TRADE,), by="test")
        client = Client(
            enforce_csrf_checks=True, headers={"Authorization": f"Bearer {made.secret}"}
        )
        assert client.post(PLAYERS, {}, content_type="application/json").status_code == 201
        assert client.post("/players/bulk-create/").status_code == 302

    def test_the_cookies_are_guarded(self, sign_in: SignIn, settings: Settings) -> None:
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
        client = Client()
        account("ann", Role.CUSTOMER)
        given = {"login": "ann", "password": PASSWORD}

        client.post("/account/login/", given)

        for name in ("sessionid", "csrftoken"):
            cookie = client.cookies[name]
            assert cookie["httponly"] is True
            assert cookie["secure"] is True
            assert cookie["samesite"] == "Lax"
            assert cookie["domain"] == ""

    def test_a_login_gets_a_session_of_its_own(self) -> None:
        """Whoever planted a session before does not share it (session fixation)."""
        client = Client()
        account("ann", Role.CUSTOMER)
        client.get("/account/login/")
        session = client.session
        session["planted"] = True
        session.save()
        client.cookies["sessionid"] = session.session_key

        client.post("/account/login/", {"login": "ann", "password": PASSWORD})

        assert client.cookies["sessionid"].value != session.session_key


class TestRedirects:
    """``next=`` goes nowhere else."""

    @pytest.mark.parametrize(
        "target",
        [
            "http://evil.example/",
            "//evil.example/",
            "https:evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "http:///evil.example",
            "%0d%0aSet-Cookie:a=b",
        ],
    )
    def test_a_login_stays_here(self, target: str) -> None:
        account("ann", Role.VIEWER)
        given = {"login": "ann", "password": PASSWORD, "next": target}

        answer = Client().post("/account/login/", given)

        assert answer.status_code == 302
        assert "evil.example" not in answer.headers["Location"]
        assert "script" not in answer.headers["Location"]
        assert "Set-Cookie" not in answer.headers

    def test_a_login_goes_where_one_wanted(self, closed: None) -> None:
        account("ann", Role.VIEWER)
        client = Client()
        asked = client.get("/players/?sort=name")
        assert asked.headers["Location"] == "/account/login/?next=/players/%3Fsort%3Dname"
        given = {"login": "ann", "password": PASSWORD, "next": "/players/?sort=name"}
        assert client.post("/account/login/", given).headers["Location"] == "/players/?sort=name"
