"""Accounts: admins change roles, and the last admin stays one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from tests.backoffice.conftest import (
    ACCOUNTS,
    LOG,
    PLAYERS,
    Stage,
    account_named,
    errors_of,
    fill_form,
    messages_of,
    rows,
    submit,
    text_of,
)
from tradepost import txn
from tradepost.access import accounts
from tradepost.access.errors import Forbidden, OwnAccount
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.shop import customers

pytestmark = pytest.mark.django_db

GOOD = "correct-horse-7"


def role_of(name: str) -> tuple[str, bool]:
    account = Account.objects.get(username=name)
    return account.role, account.is_active


class TestRoles:
    """Roles and access."""

    def test_an_admin_changes_a_role(self, admin: Client) -> None:
        otto = account_named("otto", Role.CUSTOMER)

        answer = submit(admin, f"{ACCOUNTS}/{otto.pk}/role/", role="operator")

        assert messages_of(answer, admin) == ["otto is operator now, and can sign in."]
        assert role_of("otto") == ("operator", True)

    def test_an_admin_shuts_an_account(self, admin: Client, operator: Client, closed: None) -> None:
        path = f"{ACCOUNTS}/{account_named('otto', Role.OPERATOR).pk}/role/"
        sent = fill_form(admin, path)
        del sent["is_active"]

        admin.post(path, sent)

        assert role_of("otto") == ("operator", False)
        assert operator.get(f"{PLAYERS}/").status_code == 302

    def test_what_was_done_is_in_the_log_once(self, admin: Client) -> None:
        path = f"{ACCOUNTS}/{account_named('otto', Role.CUSTOMER).pk}/role/"
        sent = fill_form(admin, path, role="viewer")

        admin.post(path, sent)
        admin.post(path, sent)

        entry = LogEntry.objects.get()
        assert (entry.user.username, entry.object_repr) == ("root", "otto")
        assert entry.get_change_message() == "otto is viewer now, and can sign in."
        assert "root otto otto is viewer now" in text_of(admin.get(f"{LOG}/"))

    @pytest.mark.parametrize("values", [{"role": "viewer"}, {"role": "admin", "is_active": ""}])
    def test_nobody_takes_their_own_rights(self, admin: Client, values: dict[str, str]) -> None:
        account_named("other", Role.ADMIN)
        path = f"{ACCOUNTS}/{account_named('root', Role.ADMIN).pk}/role/"

        answer = admin.post(path, fill_form(admin, path) | values)

        assert errors_of(answer) == {
            "__all__": ["This is your own account: ask another admin to change it."]
        }
        assert role_of("root") == ("admin", True)

    def test_the_last_admin_stays_one(self, admin: Client) -> None:
        """An admin cannot give up their own role."""
        other = account_named("other", Role.ADMIN)

        submit(admin, f"{ACCOUNTS}/{other.pk}/role/", role="customer")

        assert role_of("other") == ("customer", True)
        assert role_of("root") == ("admin", True)

    def test_who_is_an_admin_no_more_changes_nobody(self, admin: Client) -> None:
        """The role is checked under the lock, not as it was when the request began."""
        root, other = account_named("root", Role.ADMIN), account_named("other", Role.ADMIN)
        accounts.change(root.pk, role=Role.VIEWER, is_active=True, by=other.pk, actor="user:other")

        with pytest.raises(Forbidden):
            accounts.change(
                other.pk, role=Role.VIEWER, is_active=True, by=root.pk, actor="user:root"
            )

        assert role_of("other") == ("admin", True)

    def test_who_was_shut_out_changes_nobody(self) -> None:
        root, other = account_named("root", Role.ADMIN), account_named("other", Role.ADMIN)
        accounts.change(root.pk, role=Role.ADMIN, is_active=False, by=other.pk, actor="o")

        with pytest.raises(Forbidden):
            accounts.change(other.pk, role=Role.VIEWER, is_active=True, by=root.pk, actor="r")

    def test_there_has_to_be_somebody(self) -> None:
        root = account_named("root", Role.ADMIN)

        with pytest.raises(OwnAccount):
            accounts.change(root.pk, role=Role.VIEWER, is_active=True, by=root.pk, actor="r")
        with pytest.raises(Forbidden):
            accounts.change(999, role=Role.VIEWER, is_active=True, by=root.pk, actor="r")
        with pytest.raises(Forbidden):
            accounts.change(root.pk, role=Role.VIEWER, is_active=True, by=0, actor="r")

    def test_a_role_that_is_none_is_refused(self, admin: Client) -> None:
        path = f"{ACCOUNTS}/{account_named('otto', Role.CUSTOMER).pk}/role/"

        answer = submit(admin, path, role="emperor")

        assert list(errors_of(answer)) == ["role"]
        assert role_of("otto") == ("customer", True)


@pytest.mark.engine
def test_two_admins_who_take_the_role_from_each_other(
    committed: None, together: Callable[..., list[Any]]
) -> None:
    """One of them stays an admin."""
    root = Account.objects.create_user("root", role=Role.ADMIN)
    other = Account.objects.create_user("other", role=Role.ADMIN)

    def demote(who: Account, by: Account) -> Callable[[], txn.Outcome]:
        return lambda: accounts.change(
            who.pk, role=Role.VIEWER, is_active=True, by=by.pk, actor=f"user:{by.username}"
        )

    results = together([demote(root, other), demote(other, root)])

    assert [type(one) for one in results].count(Forbidden) == 1
    assert Account.objects.filter(role=Role.ADMIN).count() == 1


class TestPasswords:
    """Passwords that admins set."""

    def test_an_admin_sets_a_password(self, admin: Client, operator: Client, closed: None) -> None:
        otto = account_named("otto", Role.OPERATOR)

        answer = admin.post(
            f"{ACCOUNTS}/{otto.pk}/password/", {"password1": GOOD, "password2": GOOD}
        )

        assert messages_of(answer, admin) == ["otto has a new password."]
        otto.refresh_from_db()
        assert otto.check_password(GOOD)
        # Sessions from before are signed out.
        assert operator.get(f"{PLAYERS}/").status_code == 302
        assert LogEntry.objects.get().get_change_message() == "Set a password."

    @pytest.mark.parametrize(
        ("first", "second", "field"),
        [
            (GOOD, "another-horse-7", "password2"),
            ("short", "short", "password1"),
            ("12345678901", "12345678901", "password1"),
            ("otto-otto", "otto-otto", "password1"),
            ("", "", "password1"),
            ("x" * 129, "x" * 129, "password1"),
        ],
    )
    def test_one_that_is_guessed_easily_is_refused(
        self, admin: Client, first: str, second: str, field: str
    ) -> None:
        otto = account_named("otto-otto", Role.OPERATOR)

        answer = admin.post(
            f"{ACCOUNTS}/{otto.pk}/password/", {"password1": first, "password2": second}
        )

        assert field in errors_of(answer)
        assert not first or f'value="{first}"' not in answer.content.decode()
        assert Account.objects.get(pk=otto.pk).password == otto.password

    def test_no_page_shows_what_is_stored(self, admin: Client) -> None:
        otto = Account.objects.create_user("otto", password=GOOD)

        for path in ("", f"{otto.pk}/change/", f"{otto.pk}/role/", f"{otto.pk}/password/"):
            assert otto.password[:20] not in admin.get(f"{ACCOUNTS}/{path}").content.decode()


class TestMaking:
    """Accounts that admins make."""

    VALUES = {"username": "nora", "role": "viewer", "password1": GOOD, "password2": GOOD}

    def test_an_admin_makes_an_account(self, admin: Client) -> None:
        answer = admin.post(f"{ACCOUNTS}/add/", self.VALUES | {"email": "nora@example.org"})

        nora = Account.objects.get(username="nora")
        assert answer["Location"] == f"{ACCOUNTS}/{nora.pk}/change/"
        assert (nora.role, nora.email, nora.check_password(GOOD)) == (
            "viewer",
            "nora@example.org",
            True,
        )
        assert LogEntry.objects.get().get_change_message() == "Made an account: viewer."

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"username": "root"}, "username"),
            ({"username": "carl"}, "username"),
            ({"username": "a b"}, "username"),
            ({"username": ""}, "username"),
            ({"username": "x" * 51}, "username"),
            ({"email": "nobody"}, "email"),
            ({"role": "emperor"}, "role"),
            ({"password2": "other"}, "password2"),
            ({"password1": "nora-nora", "password2": "nora-nora"}, ""),
        ],
    )
    def test_what_cannot_be_is_said(
        self, admin: Client, stage: Stage, values: dict[str, str], field: str
    ) -> None:
        before = rows()

        answer = admin.post(f"{ACCOUNTS}/add/", self.VALUES | values)

        if field:
            assert field in errors_of(answer)
            assert rows() == before

    def test_a_name_that_somebody_takes_meanwhile_is_refused(
        self, admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.db import IntegrityError

        def taken(*_args: Any, **_options: Any) -> None:
            raise IntegrityError

        monkeypatch.setattr(type(Account.objects), "create_user", taken)

        answer = admin.post(f"{ACCOUNTS}/add/", self.VALUES)

        assert errors_of(answer) == {"username": ["This username is taken."]}

    def test_an_accounts_customer_is_linked(self, admin: Client) -> None:
        customer = customers.register("Nora", actor="t").answer.id
        nora = account_named("nora", Role.CUSTOMER)
        Account.objects.filter(pk=nora.pk).update(customer_id=customer)

        page = admin.get(f"{ACCOUNTS}/{nora.pk}/change/").content.decode()

        assert f'href="/backoffice/shop/customer/{customer}/change/"' in page
