"""Accounts: sign up, sign in, sign out, and their messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.accounts import (
    PASSWORD,
    account_text,
    closed,
    make_account,
    sign_in,
    signed_in_client,
)
from tests.web.conftest import errors_of, messages_of, text_of
from tradepost.access.models import Account
from tradepost.access.rights import Role
from tradepost.shop import customers

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")
NEW = {"username": "ann", "email": "", "password1": PASSWORD, "password2": PASSWORD}


def test_open_mode_needs_no_account(client: Client, settings: Any) -> None:
    """The page explains local mode, and how to create accounts."""
    settings.LOCAL_MODE = True
    said = account_text(client)
    assert "Nobody is signed in" in said
    assert "tradepost createsuperuser" in said
    assert "On this machine you may do everything" in text_of(client.get("/account/login/"))


def test_nobody_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


@pytest.mark.parametrize(
    ("role", "words", "has_orders"),
    [
        (Role.CUSTOMER, "Customer You buy in the shop, for yourself", True),
        (Role.VIEWER, "Viewer You see players, trades, products and orders", False),
        (Role.OPERATOR, "Operator You trade for players, and run the shop.", False),
        (Role.ADMIN, "Admin You do everything an operator does, and make keys", False),
    ],
)
def test_my_account(role: Role, words: str, has_orders: bool) -> None:
    """The account, its role, and links to change it."""
    page = signed_in_client("ann", role, email="ann@example.org").get("/account/")
    said, content = text_of(page), page.content.decode()
    assert f"Username ann Role {words}" in said
    assert "Email ann@example.org Change it" in said
    assert "Second factor off Switch one on" in said
    assert ("My orders" in content.partition("<h1>")[2]) is has_orders
    for path in ("password/change/", "2fa/", "email/", "logout/"):
        assert f'"/account/{path}"' in content


def test_sign_up(client: Client) -> None:
    """A customer's account, signed in at once; a forged role is ignored."""
    answer = client.post("/account/signup/", NEW | {"role": "admin", "is_active": ""}, follow=True)
    assert answer.redirect_chain[0] == ("/", 302)
    assert messages_of(answer) == ["Your account is made: welcome.", "You are signed in as ann."]
    made = Account.objects.get()
    assert (made.username, made.role, made.email, made.is_active) == ("ann", "customer", "", True)
    assert made.check_password(PASSWORD)
    assert "Username ann Role Customer" in account_text(client)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"username": ""}, "username", "This field is required."),
        ({"username": "a b"}, "username", "Enter a valid username."),
        ({"username": "x" * 51}, "username", "at most 50 characters"),
        ({"username": "taken"}, "username", "This username is taken."),
        ({"username": "shopper"}, "username", "This username is taken."),
        ({"email": "nowhere"}, "email", "Enter a valid email address."),
        ({"password2": "another-one-here"}, "password2", "You must type the same password"),
        ({"password1": "12345", "password2": "12345"}, "password1", "too short"),
    ],
)
def test_sign_up_refused(client: Client, wrong: dict[str, str], field: str, said: str) -> None:
    """The error is at its field. A customer's name without an account is taken, too."""
    make_account("taken")
    customers.register("Shopper", username="shopper", actor="test")
    answer = client.post("/account/signup/", NEW | wrong)
    assert answer.status_code == 200
    assert said in errors_of(answer)[field][0]
    assert said in text_of(answer)
    name = (NEW | wrong)["username"]
    assert not name or f'value="{name}"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert Account.objects.count() == 1


def test_sign_in_and_out(client: Client) -> None:
    make_account("ann")
    answer = client.post("/account/login/", {"login": "ann", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[0] == ("/", 302)
    assert messages_of(answer) == ["You are signed in as ann."]
    assert "Sign out?" in text_of(client.get("/account/logout/"))
    assert "Username ann" in account_text(client)

    answer = client.post("/account/logout/", follow=True)
    assert answer.redirect_chain == [("/account/login/", 302)]
    assert messages_of(answer) == ["You are signed out."]
    assert client.get("/account/").status_code == 302


def test_a_wrong_guess_tells_nothing(client: Client) -> None:
    """The page is identical whether the account exists or not."""
    make_account("ann")
    answers = [sign_in(client, name, "wrong-password") for name in ("ann", "nob")]
    bodies = [answer.content.decode().replace("ann", "nob") for answer in answers]
    hidden = [body.split('name="csrfmiddlewaretoken"') for body in bodies]
    assert len(hidden[0]) == len(hidden[1])
    assert {str(errors_of(answer)) for answer in answers} == {
        "{'__all__': ['The username or the password is wrong.']}"
    }
    assert text_of(answers[0]).replace("ann", "nob") == text_of(answers[1])
    assert client.get("/account/").status_code == 302


def test_an_account_that_is_switched_off(client: Client) -> None:
    """It cannot sign in; with its password, the page says why."""
    make_account("ann", is_active=False)
    answer = client.post("/account/login/", {"login": "ann", "password": PASSWORD}, follow=True)
    assert "This account is switched off" in text_of(answer)
    assert client.get("/account/").status_code == 302
    assert "is wrong" in text_of(sign_in(client, "ann", "wrong-password"))


def test_switching_an_account_off_ends_its_session() -> None:
    """At the next request."""
    client = signed_in_client("op", Role.OPERATOR)
    assert client.get("/keys/").status_code == 403
    assert client.get("/overview/").status_code == 200
    Account.objects.update(is_active=False)
    assert client.get("/overview/")["Location"] == "/account/login/?next=/overview/"
    assert client.get("/api/v1/players").status_code == 401


def test_a_role_counts_from_the_next_request() -> None:
    client = signed_in_client("op", Role.OPERATOR)
    assert client.get("/keys/").status_code == 403
    Account.objects.update(role=Role.ADMIN)
    assert client.get("/keys/").status_code == 200
    Account.objects.update(role=Role.CUSTOMER)
    assert client.get("/keys/").status_code == 403
    assert client.get("/overview/").status_code == 403
    assert "Role Customer" in account_text(client)


HERE = ("/keys/?before=3", "/account/", "http://testserver/account/")
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "///evil.example",
    "javascript:alert(1)",
    "http://localhost/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "data:text/html,x",
    "\x08https://evil.example/",
)


@pytest.mark.parametrize("path", HERE)
def test_next_goes_on(client: Client, path: str) -> None:
    """To the requested page, even after a wrong password."""
    make_account("root", Role.ADMIN)
    page = client.get("/account/login/", {"next": path})
    assert f'<input type="hidden" name="next" value="{path}">' in page.content.decode()
    wrong = sign_in(client, "root", "wrong-password", next=path)
    assert f'name="next" value="{path}"' in wrong.content.decode()
    assert sign_in(client, "root", next=path)["Location"] == path


@pytest.mark.parametrize("path", ELSEWHERE)
def test_next_never_leaves(client: Client, path: str) -> None:
    """Nor to another allowed host, which may serve somebody else."""
    make_account("root", Role.ADMIN)
    assert sign_in(client, "root", next=path)["Location"] == "/"
    query = {"next": path}
    assert client.get("/account/login/", query)["Location"] == "/"
    assert client.post("/account/logout/", query)["Location"] == "/account/login/"
    new = Client().post("/account/signup/", NEW | query)
    assert new["Location"] == "/"


def test_a_password_is_changed(client: Client) -> None:
    """With the old password; this session stays, the account's others end."""
    make_account("ann")
    other = Client()
    for one in (client, other):
        sign_in(one, "ann")
    new = {"password1": "another-good-one", "password2": "another-good-one"}
    refused = client.post("/account/password/change/", {"oldpassword": "wrong"} | new)
    assert errors_of(refused) == {"oldpassword": ["This is not your current password."]}
    assert Account.objects.get().check_password(PASSWORD)

    answer = client.post("/account/password/change/", {"oldpassword": PASSWORD} | new, follow=True)
    assert messages_of(answer) == ["Your password is changed."]
    assert answer.request["PATH_INFO"] == "/account/"
    assert Account.objects.get().check_password("another-good-one")
    assert "Username ann" in account_text(client)
    assert other.get("/account/").status_code == 302


def test_a_form_without_its_token() -> None:
    """It is refused: another site could have sent it."""
    make_account("ann")
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict, "ann")
    assert answer.status_code == 403
    assert "This form has expired" in text_of(answer)
    assert strict.get("/account/").status_code == 302


def test_queries() -> None:
    """Session, account and second factor; none for the forms."""
    client = signed_in_client("ann")
    with CaptureQueriesContext(connection) as sent:
        client.get("/account/")
    assert len(sent) == 3
    for path in ("/account/login/", "/account/signup/", "/account/password/reset/"):
        with CaptureQueriesContext(connection) as sent:
            assert Client().get(path).status_code == 200
        assert len(sent) == 0
