"""A second factor: activation, sign-in, recovery and deactivation."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.web.accounts import PASSWORD, account_text, closed, code_of, make_account, sign_in
from tests.web.conftest import errors_of, messages_of, text_of
from tradepost.access.rights import Role

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")
SECRET = re.compile(r'id="authenticator-secret">(\w+)<')
WRONG_CODE = "000000"


def switch_on(client: Client) -> tuple[str, list[str], Any]:
    """Activate the authenticator app; return its secret, the recovery codes and the response."""
    prove(client)
    found = SECRET.search(client.get("/account/2fa/totp/activate/").content.decode())
    assert found
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(found[1])}, follow=True)
    return found[1], list(answer.context["unused_codes"]), answer


def prove(client: Client, to: str = "/account/2fa/totp/activate/") -> Any:
    """Confirm the password, which changing a factor requires."""
    return client.post("/account/reauthenticate/", {"password": PASSWORD, "next": to})


def give(client: Client, code: str) -> Any:
    return client.post("/account/2fa/authenticate/", {"code": code})


def wrong(secret: str) -> str:
    return "000000" if code_of(secret) != "000000" else "000001"


def test_the_whole_way(client: Client) -> None:
    """After activation a code is required; wrong ones are refused, recovery codes work once."""
    make_account("ann", email="ann@example.org")
    sign_in(client, "ann")
    assert "Authenticator app off" in text_of(client.get("/account/2fa/"))
    prove(client)
    page = client.get("/account/2fa/totp/activate/")
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    refused = client.post("/account/2fa/totp/activate/", {"code": WRONG_CODE})
    assert errors_of(refused) == {"code": ["Incorrect code."]}
    assert not Authenticator.objects.exists()

    secret, codes, _ = switch_on(client)
    assert len(codes) == 10
    assert "Authenticator app on" in text_of(client.get("/account/2fa/"))
    assert "Second factor on" in account_text(client)

    client.post("/account/logout/")
    asked = sign_in(client, "ann", next="/account/2fa/")
    assert asked["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/account/")["Location"].startswith("/account/login/")
    assert "Your second factor" in text_of(client.get(asked["Location"]))
    refused = give(client, wrong(secret))
    assert errors_of(refused) == {"code": ["Incorrect code."]}
    assert client.get("/account/").status_code == 302
    assert give(client, code_of(secret))["Location"] == "/account/2fa/"
    assert "Username ann" in account_text(client)

    for attempt, status in ((1, 302), (2, 200)):
        other = Client()
        sign_in(other, "ann")
        assert give(other, codes[0]).status_code == status, attempt
        assert other.get("/account/").status_code == {302: 200, 200: 302}[status]
    assert "You have 9 left." in text_of(client.get("/account/2fa/"))


def test_switching_on_is_reported(client: Client, committed: None) -> None:
    make_account("ann")
    sign_in(client, "ann")
    answer = switch_on(client)[2]
    assert "The authenticator app is on." in messages_of(answer)


def test_a_code_is_good_once(client: Client) -> None:
    """A code that somebody has read over a shoulder is worthless."""
    make_account("ann")
    sign_in(client, "ann")
    secret, _, _ = switch_on(client)
    first, second = Client(), Client()
    for one in (first, second):
        sign_in(one, "ann")
    code = code_of(secret)
    assert give(first, code).status_code == 302
    assert give(second, code).status_code == 200
    assert second.get("/account/").status_code == 302


def test_codes_are_not_guessed(client: Client) -> None:
    """After five wrong codes even the right one is refused."""
    make_account("ann")
    sign_in(client, "ann")
    secret, codes, _ = switch_on(client)
    other = Client()
    sign_in(other, "ann")
    for _ in range(5):
        give(other, wrong(secret))
    assert "Too many wrong guesses." in errors_of(give(other, codes[0]))["code"][0]
    assert other.get("/account/").status_code == 302


def test_the_password_alone_opens_nothing(client: Client) -> None:
    """Between the two factors nobody is signed in, neither to pages nor to the API."""
    make_account("op", Role.OPERATOR)
    sign_in(client, "op")
    switch_on(client)
    half = Client()
    sign_in(half, "op")
    assert half.get("/overview/")["Location"] == "/account/login/?next=/overview/"
    assert half.get("/api/v1/players").status_code == 401
    # The user can start over.
    assert half.post("/account/logout/", {"next": "/account/login/"}).status_code == 302
    assert "Sign in" in text_of(half.get("/account/login/"))


def test_new_recovery_codes(client: Client) -> None:
    """The old codes stop working; the new ones can be downloaded."""
    make_account("ann")
    sign_in(client, "ann")
    _, old, _ = switch_on(client)
    assert "(10 are left) are no longer good" in text_of(
        client.get("/account/2fa/recovery-codes/generate/")
    )
    answer = client.post("/account/2fa/recovery-codes/generate/", follow=True)
    new = list(answer.context["unused_codes"])
    assert not set(new) & set(old)
    file = client.get("/account/2fa/recovery-codes/download/")
    assert file.content.decode().split()[-10:] == new
    other = Client()
    sign_in(other, "ann")
    assert give(other, old[0]).status_code == 200
    assert give(other, new[0]).status_code == 302


def test_switched_off(client: Client) -> None:
    """After a confirmation; then the password is enough, and recovery codes are deleted."""
    make_account("ann")
    sign_in(client, "ann")
    switch_on(client)
    assert "Switch off the authenticator app?" in text_of(
        client.get("/account/2fa/totp/deactivate/")
    )
    answer = client.post("/account/2fa/totp/deactivate/", follow=True)
    assert messages_of(answer) == ["The authenticator app is off."]
    assert not Authenticator.objects.exists()
    other = Client()
    assert sign_in(other, "ann")["Location"] == "/"
    assert client.get("/account/2fa/recovery-codes/").status_code == 404


def test_who_changes_a_factor_proves_that_it_is_them(client: Client) -> None:
    """With the password, for five minutes: an open session is not enough."""
    make_account("ann")
    sign_in(client, "ann")
    wanted = "/account/2fa/totp/activate/"
    for wait in (0, 301):
        session = client.session
        for method in session["account_authentication_methods"]:
            method["at"] -= wait
        session.save()
        answer = client.get(wanted, follow=True)
        assert answer.redirect_chain == [
            (f"/account/reauthenticate/?next={quote(wanted, '')}", 302)
        ]
        assert "Is it you?" in text_of(answer)
        refused = client.post("/account/reauthenticate/", {"password": "wrong"})
        assert errors_of(refused) == {"password": ["This is not your password."]}
        assert prove(client, wanted)["Location"] == wanted
        assert client.get(wanted).status_code == 200
