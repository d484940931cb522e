"""Who gets in: by role, without an account, with a key, and through which door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory

from tests.access.conftest import with_key
from tests.backoffice.conftest import (
    ACCOUNTS,
    CUSTOMERS,
    DESK,
    KEYS,
    LOG,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    made,
    rows,
)
from tradepost.access import caller, keys
from tradepost.access.models import Account
from tradepost.access.rights import Right, Role
from tradepost.backoffice.site import site

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PEOPLE = (Role.CUSTOMER, Role.VIEWER, Role.OPERATOR, Role.ADMIN)
# What each role is answered: customer, viewer, operator, admin.
SEEN = (403, 200, 200, 200)
ACTED = (403, 403, 200, 200)
ADMINS = (403, 403, 403, 200)
GETS = {
    f"{DESK}/": SEEN,
    f"{DESK}/trading/": SEEN,
    f"{DESK}/shop/": SEEN,
    f"{DESK}/jsi18n/": SEEN,
    f"{PLAYERS}/": SEEN,
    f"{PLAYERS}/{{ann}}/change/": SEEN,
    f"{PLAYERS}/{{ann}}/entries/": SEEN,
    f"{PLAYERS}/{{ann}}/entries/export/csv/": SEEN,
    f"{PLAYERS}/export/csv/": SEEN,
    f"{PLAYERS}/add/": ACTED,
    f"{PLAYERS}/{{ann}}/grant/": ACTED,
    f"{PLAYERS}/{{ann}}/rename/": ACTED,
    f"{PLAYERS}/{{ann}}/delete/": ACTED,
    f"{PRODUCTS}/": SEEN,
    f"{PRODUCTS}/{{lamp}}/change/": SEEN,
    f"{PRODUCTS}/{{lamp}}/entries/": SEEN,
    f"{PRODUCTS}/export/xlsx/": SEEN,
    f"{PRODUCTS}/add/": ACTED,
    f"{PRODUCTS}/import/": ACTED,
    f"{PRODUCTS}/{{lamp}}/edit/": ACTED,
    f"{PRODUCTS}/{{lamp}}/receive/": ACTED,
    f"{PRODUCTS}/{{lamp}}/adjust/": ACTED,
    f"{PRODUCTS}/{{lamp}}/delete/": ACTED,
    f"{CUSTOMERS}/": SEEN,
    f"{CUSTOMERS}/{{customer}}/change/": SEEN,
    f"{CUSTOMERS}/export/csv/": SEEN,
    f"{CUSTOMERS}/add/": ACTED,
    f"{CUSTOMERS}/{{customer}}/edit/": ACTED,
    f"{CUSTOMERS}/{{customer}}/delete/": ACTED,
    f"{ORDERS}/": SEEN,
    f"{ORDERS}/{{order}}/change/": SEEN,
    f"{ORDERS}/export/csv/": SEEN,
    f"{ORDERS}/{{order}}/cancel/": ACTED,
    # An order is made by buying, not here.
    f"{ORDERS}/add/": (403, 403, 403, 403),
    f"{RECEIPTS}/": SEEN,
    f"{RECEIPTS}/add/": (403, 403, 403, 403),
    f"{RECEIPTS}/export/csv/": (403, 403, 403, 403),
    f"{LOG}/": ADMINS,
    f"{LOG}/add/": (403, 403, 403, 403),
    f"{DESK}/access/": (403, 404, 404, 200),
    f"{ACCOUNTS}/": ADMINS,
    f"{ACCOUNTS}/add/": ADMINS,
    f"{ACCOUNTS}/{{account}}/change/": ADMINS,
    f"{ACCOUNTS}/{{account}}/role/": ADMINS,
    f"{ACCOUNTS}/{{account}}/password/": ADMINS,
    f"{ACCOUNTS}/export/csv/": (403, 403, 403, 403),
    f"{KEYS}/": ADMINS,
    f"{KEYS}/add/": ADMINS,
    f"{KEYS}/{{key}}/change/": ADMINS,
    f"{KEYS}/{{key}}/revoke/": ADMINS,
    f"{KEYS}/export/csv/": (403, 403, 403, 403),
}
# What only those may send who also see the form; an empty one changes nothing.
ACTS = [path for path, who in GETS.items() if who in (ACTED, ADMINS) and path.count("/") > 4]


def there(path: str, stage: Stage) -> str:
    """Return a path with the ids of what is there."""
    account, key = made("somebody", Role.CUSTOMER), keys.ApiKey.objects.first()
    return path.format(**stage._asdict(), account=account.pk, key=key.pk if key else 0)


@pytest.fixture
def full(stage: Stage) -> Stage:
    """The stage, with a key."""
    keys.make("program", [Right.READ], by="test")
    return stage


class TestByRole:
    """What each role sees and sends."""

    @pytest.mark.parametrize("path", GETS)
    def test_each_role_sees_what_it_may(
        self, sign_in: Callable[..., Client], full: Stage, path: str
    ) -> None:
        where = there(path, full)

        answered = tuple(sign_in(role).get(where).status_code for role in PEOPLE)

        assert answered == GETS[path]

    @pytest.mark.parametrize("path", ACTS)
    def test_who_may_not_see_a_form_cannot_send_it(
        self, sign_in: Callable[..., Client], full: Stage, path: str
    ) -> None:
        where = there(path, full)
        refused = [role for role, status in zip(PEOPLE, GETS[path], strict=True) if status == 403]
        clients = [sign_in(role) for role in refused]
        before = rows()

        answered = {client.post(where, {"reason": "x"}).status_code for client in clients}

        assert answered == {403}
        assert rows() == before

    def test_what_a_role_may_not_do_is_not_offered(self, viewer: Client, stage: Stage) -> None:
        page = viewer.get(f"{PLAYERS}/{stage.ann}/change/").content.decode()

        assert "grant/" not in page
        assert f"{PLAYERS}/add/" not in page
        assert f"{ACCOUNTS}/" not in page
        assert "/import/" not in viewer.get(f"{PRODUCTS}/").content.decode()

    def test_an_operator_is_offered_it(self, operator: Client, stage: Stage) -> None:
        page = operator.get(f"{PLAYERS}/{stage.ann}/change/").content.decode()

        assert f"{PLAYERS}/{stage.ann}/grant/" in page
        assert f"{ACCOUNTS}/" not in page
        assert f"{PRODUCTS}/import/" in operator.get(f"{PRODUCTS}/").content.decode()

    def test_an_account_that_is_shut_gets_no_further(
        self, operator: Client, stage: Stage, closed: None
    ) -> None:
        account = made("otto", Role.OPERATOR)
        account.is_active = False
        account.save()

        assert operator.get(f"{PLAYERS}/").status_code == 302


class TestTheDoor:
    """Where one comes in and goes out."""

    def test_nobody_is_sent_to_our_own_page(
        self, client: Client, stage: Stage, closed: None
    ) -> None:
        for path in (f"{DESK}/", f"{PLAYERS}/?q=ann", f"{PLAYERS}/{stage.ann}/grant/"):
            answer = client.get(path)

            assert answer.status_code == 302
            assert answer["Location"].startswith("/account/login/?next=/backoffice/")

    def test_open_mode_asks_to_sign_in_as_well(self, client: Client, stage: Stage) -> None:
        page = client.get(f"{PLAYERS}/", follow=True)

        assert [where for where, _ in page.redirect_chain] == [
            f"{DESK}/login/?next={PLAYERS}/",
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
        answer = client.get(f"{DESK}/login/", {"next": wanted})

        assert answer.status_code == 302
        assert answer["Location"] == f"/account/login/?next={where}"

    def test_a_password_sent_to_the_admins_own_login_opens_nothing(self, client: Client) -> None:
        Account.objects.create_user("root", password="horse-battery-staple", role=Role.ADMIN)

        answer = client.post(
            f"{DESK}/login/", {"username": "root", "password": "horse-battery-staple"}
        )

        assert answer.status_code == 302
        assert "sessionid" not in client.cookies

    def test_signing_out_ends_the_session(self, viewer: Client, closed: None) -> None:
        answer = viewer.post(f"{DESK}/logout/")

        assert answer["Location"] == "/account/login/"
        assert viewer.get(f"{DESK}/").status_code == 302

    def test_ones_own_password_is_changed_on_our_own_page(self, viewer: Client) -> None:
        for path in ("password_change/", "password_change/done/"):
            answer = viewer.get(f"{DESK}/{path}")

            assert answer["Location"] == "/account/password/change/"

    def test_a_key_is_nobody_here(self, stage: Stage, closed: None) -> None:
        program = with_key(Right.READ, Right.TRADE, Right.SHOP)
        before = rows()

        assert program.get(f"{PLAYERS}/").status_code == 403
        sent = program.post(f"{PLAYERS}/{stage.ann}/grant/", {"coins": 5, "reason": "x"})
        assert sent.status_code == 403
        assert rows()[:9] == before[:9]

    def test_the_site_itself_lets_no_key_in(self) -> None:
        """Also where somebody is signed in besides: rights are of one caller."""
        request = RequestFactory().get(f"{DESK}/")
        request.user = made("root", Role.ADMIN)

        request.caller = caller.of_key("program", frozenset({Right.READ}))
        assert not site.has_permission(request)
        request.caller = caller.LOCAL
        assert not site.has_permission(request)
        request.caller = caller.of_account(request.user)
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
    """Models and ids that are not there."""

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
        assert admin.get(f"{DESK}{path}").status_code == 404

    def test_the_themes_search_is_off(self, admin: Client) -> None:
        """It would search every table, and keep what it found for others."""
        assert admin.get(f"{DESK}/search/", {"s": "ann", "extended": "1"}).status_code == 404

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
        """Django's admin asks by itself; entries and files are not its own pages."""
        monkeypatch.setattr(Account, "has_perm", lambda *_: False)

        for path in (
            f"{PLAYERS}/{stage.ann}/entries/",
            f"{PLAYERS}/{stage.ann}/entries/export/csv/",
            f"{PRODUCTS}/{stage.lamp}/entries/",
            f"{PLAYERS}/export/csv/",
        ):
            assert viewer.get(path).status_code == 403, path
