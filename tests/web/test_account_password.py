"""Forgotten passwords, email addresses, and guessing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.web.accounts import PASSWORD, closed, make_account, sign_in
from tests.web.conftest import errors_of, messages_of, text_of
from tradepost.access.models import Account

LINK = re.compile(r"http://testserver(/account/\S+/)")
BETTER = "another-good-one"
NEW = {"password1": BETTER, "password2": BETTER}
__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")
WRONG, TOO_MANY = "The username or the password is wrong.", "Too many wrong guesses."


def ask(client: Client, address: str) -> Any:
    return client.post("/account/password/reset/", {"email": address}, follow=True)


def reset_link() -> str:
    found = LINK.search(str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_forgotten_password(client: Client) -> None:
    """A mail has a link that sets a new password once."""
    make_account("ann", email="ann@example.org")
    said = text_of(ask(client, "ann@example.org"))
    assert "Look into your mail If the address belongs to an account" in said
    [sent] = mail.outbox
    assert sent.to == ["ann@example.org"]
    assert "your username is ann" in sent.body
    link = reset_link()

    page = client.get(link, follow=True)
    [(form, _)] = page.redirect_chain
    assert "Choose a new password" in text_of(page)
    # The key is not in an address that the page could leak.
    assert link.rpartition("-")[2].strip("/") not in form
    refused = client.post(form, NEW | {"password2": "other"})
    assert "password2" in errors_of(refused)
    assert Account.objects.get().check_password(PASSWORD)
    answer = client.post(form, NEW, follow=True)
    assert "Your password is changed" in text_of(answer)
    assert messages_of(answer) == ["Your password is changed."]
    assert sign_in(Client(), "ann", BETTER).status_code == 302

    again = Client().get(link, follow=True)
    assert "This link is no longer good" in text_of(again)


@pytest.mark.parametrize("link", ["1-abc-def", "zzzz-set-password", "1-set-password"])
def test_a_link_that_is_not_good(client: Client, link: str) -> None:
    """It changes nothing, and offers a new link."""
    page = client.get(f"/account/password/reset/key/{link}/", follow=True)
    assert page.status_code == 200
    assert "Get a new link" in text_of(page)


def test_an_unknown_address_tells_nothing(client: Client) -> None:
    """The page is identical; only the address's owner gets a mail."""
    make_account("ann", email="ann@example.org")
    known, unknown = ask(client, "ann@example.org"), ask(client, "nobody@example.org")
    assert text_of(known) == text_of(unknown)
    assert known.redirect_chain == unknown.redirect_chain
    assert [one.to for one in mail.outbox] == [["ann@example.org"], ["nobody@example.org"]]
    assert "do not have any record" in mail.outbox[1].body.replace("\n", " ")


def test_no_reset_for_an_account_that_is_switched_off(client: Client) -> None:
    """No link is sent."""
    make_account("ann", email="ann@example.org", is_active=False)
    ask(client, "ann@example.org")
    assert not any("password/reset/key" in one.body for one in mail.outbox)


def test_another_address(client: Client) -> None:
    """It replaces the old address only when its link is followed."""
    ann = make_account("ann", email="ann@example.org")
    EmailAddress.objects.create(user=ann, email=ann.email, primary=True, verified=True)
    sign_in(client, "ann")
    page = client.get("/account/email/")
    assert "Mails go to ann@example.org" in text_of(page)
    answer = client.post(
        "/account/email/", {"email": "new@example.org", "action_add": "1"}, follow=True
    )
    assert messages_of(answer) == ["A mail with a link went to new@example.org."]
    assert "new@example.org is not confirmed yet. Once you follow the link" in text_of(answer)
    assert Account.objects.get().email == "ann@example.org"

    link = reset_link()
    asked = Client().get(link)
    assert "Is new@example.org the address of ann?" in text_of(asked)
    confirmed = client.post(link, follow=True)
    assert "new@example.org is confirmed." in messages_of(confirmed)
    assert confirmed.request["PATH_INFO"] == "/account/"
    assert Account.objects.get().email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["new@example.org"]
    assert "no longer good" in text_of(client.get("/account/confirm-email/nonsense/"))


def test_a_new_address_is_given_up(client: Client) -> None:
    """The old address stays; a mail can be sent again."""
    ann = make_account("ann", email="ann@example.org")
    EmailAddress.objects.create(user=ann, email=ann.email, primary=True, verified=True)
    sign_in(client, "ann")
    address = {"email": "new@example.org"}
    client.post("/account/email/", address | {"action_add": "1"})
    answer = client.post("/account/email/", address | {"action_remove": "1"}, follow=True)
    assert "new@example.org is not used." in messages_of(answer)
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["ann@example.org"]


def test_an_address_that_was_never_confirmed(client: Client) -> None:
    """The address of the sign-up gets no mail until one is requested."""
    make_account("ann", email="ann@example.org")
    sign_in(client, "ann")
    assert "ann@example.org is not confirmed yet. A mail with a link" in text_of(
        client.get("/account/email/")
    )
    assert mail.outbox == []
    client.post("/account/email/", {"email": "ann@example.org", "action_send": "1"})
    client.post(reset_link())
    assert "Mails go to ann@example.org" in text_of(client.get("/account/email/"))


def test_a_first_address(client: Client) -> None:
    """An account can have none; the page says what it is for."""
    make_account("ann")
    sign_in(client, "ann")
    assert "nobody can send you a new one" in text_of(client.get("/account/email/"))
    wrong = client.post("/account/email/", {"email": "nowhere", "action_add": "1"})
    assert errors_of(wrong) == {"email": ["Enter a valid email address."]}
    client.post("/account/email/", {"email": "ann@example.org", "action_add": "1"})
    ask(Client(), "ann@example.org")
    assert "password/reset/key" in mail.outbox[-1].body


def test_after_five_wrong_guesses_even_the_right_one_is_refused(client: Client) -> None:
    """For a while, from any address; other accounts are not affected."""
    make_account("ann")
    make_account("bob")
    for _ in range(5):
        assert errors_of(sign_in(client, "ann", "wrong"))["__all__"] == [WRONG]
    for one in (client, Client(REMOTE_ADDR="127.0.0.9")):
        assert errors_of(sign_in(one, "ann"))["__all__"][0].startswith(TOO_MANY)
        assert one.get("/account/").status_code == 302
    assert sign_in(Client(), "bob").status_code == 302
    cache.clear()
    assert sign_in(client, "ann").status_code == 302


def test_guesses_at_a_password_to_be_changed_count_too(client: Client) -> None:
    """Guessing in an open session is limited as well."""
    make_account("ann")
    sign_in(client, "ann")
    for _ in range(5):
        client.post("/account/password/change/", {"oldpassword": "wrong"} | NEW)
    answer = client.post("/account/password/change/", {"oldpassword": PASSWORD} | NEW)
    assert answer.status_code == 429
    assert "Too many tries" in text_of(answer)
    assert Account.objects.get().check_password(PASSWORD)


def test_too_many_tries_have_a_page_of_ours(client: Client) -> None:
    """Thirty sign-ins a minute from one address, for all accounts."""
    statuses = [sign_in(client, f"user-{place}", "wrong").status_code for place in range(31)]
    assert statuses == [200] * 30 + [429]
    answer = sign_in(client, "user-31")
    assert "429 Too many tries" in text_of(answer)
    assert "web/base.html" in [template.name for template in answer.templates]
