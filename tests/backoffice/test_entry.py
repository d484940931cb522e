"""Access to the back office: roles, sign-in and API keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory

from tests.access.conftest import with_key
from tests.backoffice.conftest import (
    BACKOFFICE,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    Stage,
    account_named,
    rows,
)
from tradepost.access import caller, keys
from tradepost.access.models import Account
from tradepost.access.rights import Right, Role
from tradepost.backoffice.site import site

pytestmark = pytest.mark.django_db


class TestTheDoor:
    """Signing in and out."""

    def test_nobody_is_sent_to_our_own_page(
        self, client: Client, stage: Stage, closed: None
    ) -> None:
        for path in (f"{BACKOFFICE}/", f"{PLAYERS}/?q=ann", f"{PLAYERS}/{stage.ann}/grant/"):
            answer = client.get(path)

            assert answer.status_code == 302
            assert answer["Location"].startswith("/account/login/?next=/backoffice/")

    def test_open_mode_asks_to_sign_in_as_well(self, client: Client, stage: Stage) -> None:
        page = client.get(f"{PLAYERS}/", follow=True)

        assert [where for where, _ in page.redirect_chain] == [
            f"{BACKOFFICE}/login/?next={PLAYERS}/",
            f"/account/login/?next={PLAYERS}/",
        ]

    def test_open_mode_changes_nothing_without_a_login(self, client: Client, stage: Stage) -> None:
        before = rows()

        answer = client.post(f"{PLAYERS}/{stage.ann}/grant/", {"coins": 5, "reason": "x"})

        assert answer.status_code == 302
        assert rows() == before

    @pytest.mark.parametrize(
        ("wanted", "where"),
        [
            ("/backoffice/shop/order/", "/backoffice/shop/order/"),
            ("https://evil.example/", "/backoffice/"),
            ("//evil.example/", "/backoffice/"),
            ("", "/backoffice/"),
        ],
    )
    def test_the_admins_own_login_leads_to_ours(
        self, client: Client, wanted: str, where: str
    ) -> None:
        answer = client.get(f"{BACKOFFICE}/login/", {"next": wanted})

        assert answer.status_code == 302
        assert answer["Location"] == f"/account/login/?next={where}"

    def test_a_password_sent_to_the_admins_own_login_opens_nothing(self, client: Client) -> None:
        Account.objects.create_user("root", password="horse-battery-staple", role=Role.ADMIN)

        answer = client.post(
            f"{BACKOFFICE}/login/", {"username": "root", "password": "horse-battery-staple"}
        )

        assert answer.status_code == 302
        assert "sessionid" not in client.cookies

    def test_signing_out_ends_the_session(self, viewer: Client, closed: None) -> None:
        answer = viewer.post(f"{BACKOFFICE}/logout/")

        assert answer["Location"] == "/account/login/"
        assert viewer.get(f"{BACKOFFICE}/").status_code == 302

    def test_ones_own_password_is_changed_on_our_own_page(self, viewer: Client) -> None:
        for path in ("password_change/", "password_change/done/"):
            answer = viewer.get(f"{BACKOFFICE}/{path}")

            assert answer["Location"] == "/account/password/change/"

    def test_a_key_is_nobody_here(self, stage: Stage, closed: None) -> None:
        program = with_key(Right.READ, Right.TRADE, Right.SHOP)
        before = rows()

        assert program.get(f"{PLAYERS}/").status_code == 403
        sent = program.post(f"{PLAYERS}/{stage.ann}/grant/", {"coins": 5, "reason": "x"})
        assert sent.status_code == 403
        assert rows()[:9] == before[:9]

    def test_the_site_itself_lets_no_key_in(self) -> None:
        """Even with a session besides: a request has one caller."""
        request = RequestFactory().get(f"{BACKOFFICE}/")
        request.user = account_named("root", Role.ADMIN)

        request.caller = caller.for_key("program", frozenset({Right.READ}))
        assert not site.has_permission(request)
        request.caller = caller.LOCAL
        assert not site.has_permission(request)
        request.caller = caller.for_account(request.user)
        assert site.has_permission(request)

    def test_a_key_does_not_act_with_a_session(self, admin: Client, stage: Stage) -> None:
        secret = keys.make("program", [Right.READ, Right.TRADE], by="test").secret
        before = rows()

        sent = admin.post(
            f"{PLAYERS}/{stage.ann}/delete/", headers={"Authorization": f"Bearer {secret}"}
        )

        assert sent.status_code == 403
        assert rows()[:9] == before[:9]

    def test_a_form_without_a_token_is_refused(
        self, sign_in: Callable[..., Client], stage: Stage
    ) -> None:
        admin = sign_in(Role.ADMIN, enforce_csrf_checks=True)
        before = rows()

        answer = admin.post(
            f"{PLAYERS}/{stage.ann}/grant/", {"coins": 5, "goods": 0, "reason": "x"}
        )

        assert answer.status_code == 403
        assert rows() == before


class TestWhatIsNotThere:
    """Unknown models and ids."""

    @pytest.mark.parametrize(
        "path",
        [
            "/auth/group/",
            "/access/sharedvalue/",
            "/sessions/session/",
            "/account/emailaddress/",
            "/mfa/authenticator/",
            "/trading/entry/",
            "/shop/stockentry/",
            "/shop/orderline/",
        ],
    )
    def test_only_our_own_models_are_there(self, admin: Client, path: str) -> None:
        assert admin.get(f"{BACKOFFICE}{path}").status_code == 404

    def test_the_themes_search_is_off(self, admin: Client) -> None:
        """It would search every table, and cache the results for others."""
        assert admin.get(f"{BACKOFFICE}/search/", {"s": "ann", "extended": "1"}).status_code == 404

    def test_an_id_that_can_be_none_is_not_found(self, admin: Client, stage: Stage) -> None:
        for number in ("99999999999999999999", "-1", "x", "1.5", "\u0663", "0", "999"):
            for act in ("change", "grant", "rename", "delete"):
                answer = admin.get(f"{PLAYERS}/{number}/{act}/")

                assert answer.status_code == 302, (number, act)
            assert admin.get(f"{PLAYERS}/{number}/entries/").status_code == 404
            answer = admin.get(f"{ORDERS}/{number}/change/")
            assert answer.status_code == 302

    def test_pages_of_our_own_ask_for_the_right_to_see(
        self, viewer: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Django's admin checks its own pages; entries and files are ours."""
        monkeypatch.setattr(Account, "has_perm", lambda *_: False)

        for path in (
            f"{PLAYERS}/{stage.ann}/entries/",
            f"{PLAYERS}/{stage.ann}/entries/export/csv/",
            f"{PRODUCTS}/{stage.lamp}/entries/",
            f"{PRODUCTS}/{stage.lamp}/prices/",
            f"{PLAYERS}/export/csv/",
        ):
            assert viewer.get(path).status_code == 403, path
