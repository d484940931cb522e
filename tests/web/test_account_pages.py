"""The accounts library's pages: each has a template of ours, and no template is unused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import tradepost.web
from tests.web.accounts import PASSWORD, closed, code_of, make_account, sign_in
from tests.web.test_account_mfa import prove, switch_on
from tests.web.test_account_password import LINK

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")
OURS = Path(tradepost.web.__file__).parent / "templates"
# A text file, and pages that only redirect.
NO_PAGES = {"mfa_download_recovery_codes", "account_reset_password_from_key"}
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|https?://(?!testserver)")
SIGNED_OUT = {
    "account_login": "/account/login/",
    "account_signup": "/account/signup/",
    "account_inactive": "/account/inactive/",
    "account_reset_password": "/account/password/reset/",
    "account_reset_password_done": "/account/password/reset/done/",
    "account_reset_password_from_key_done": "/account/password/reset/key/done/",
    "account_confirm_email": "/account/confirm-email/nonsense/",
}
SIGNED_IN = {
    "account": "/account/",
    "account_logout": "/account/logout/",
    "account_change_password": "/account/password/change/",
    "account_email": "/account/email/",
    "account_reauthenticate": "/account/reauthenticate/",
    "mfa_index": "/account/2fa/",
    "mfa_activate_totp": "/account/2fa/totp/activate/",
}
WITH_A_FACTOR = {
    "mfa_index": "/account/2fa/",
    "mfa_deactivate_totp": "/account/2fa/totp/deactivate/",
    "mfa_view_recovery_codes": "/account/2fa/recovery-codes/",
    "mfa_generate_recovery_codes": "/account/2fa/recovery-codes/generate/",
    "mfa_reauthenticate": "/account/2fa/reauthenticate/",
}


def dressed(answer: Any) -> None:
    """Assert that a page uses only our templates, and complies with the content policy."""
    assert answer.status_code == 200
    names = [template.name for template in answer.templates if template.name]
    assert "web/base.html" in names
    for template in answer.templates:
        origin = Path(template.origin.name)
        django = "django/forms" in origin.as_posix()
        assert origin.is_relative_to(OURS) or django, origin
    content = answer.content.decode()
    assert INLINE.findall(content) == []
    assert content.count("<h1") == 1
    assert "placeholder" not in content


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_pages_for_anybody(client: Client, name: str) -> None:
    dressed(client.get(SIGNED_OUT[name]))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_an_account(client: Client, name: str) -> None:
    """With an email address, without a second factor."""
    make_account("ann", email="ann@example.org")
    sign_in(client, "ann")
    prove(client)
    dressed(client.get(SIGNED_IN[name]))


def test_pages_of_a_second_factor(client: Client) -> None:
    """With a second factor, and the pages that ask for it."""
    make_account("ann")
    sign_in(client, "ann")
    secret, *_ = switch_on(client)
    for path in WITH_A_FACTOR.values():
        dressed(client.get(path))
    other = Client()
    dressed(other.get(sign_in(other, "ann")["Location"]))
    dressed(other.post("/account/2fa/authenticate/", {"code": "x"}))
    assert code_of(secret) not in other.get("/account/2fa/authenticate/").content.decode()


def test_pages_behind_a_mail(client: Client, mailoutbox: list[Any]) -> None:
    """The page of a link, before and after the link was used."""
    make_account("ann", email="ann@example.org")
    client.post("/account/password/reset/", {"email": "ann@example.org"})
    found = LINK.search(str(mailoutbox[0].body))
    assert found
    page = client.get(found[1], follow=True)
    dressed(page)
    new = {"password1": PASSWORD * 2, "password2": PASSWORD * 2}
    client.post(page.request["PATH_INFO"], new)
    dressed(Client().get(found[1], follow=True))


def test_what_a_refused_form_shows(client: Client) -> None:
    """Errors are shown above the form, with links, and at their fields."""
    answer = client.post("/account/signup/", {"username": "a b"})
    dressed(answer)
    content = answer.content.decode()
    assert 'role="alert" id="form-errors"' in content
    assert '<a href="#id_username">Username</a>' in content
    assert content.count("This field is required.") == 4


def test_every_page_is_looked_at() -> None:
    """Every page of the library has a template of ours, or no route."""
    looked_at = {*SIGNED_OUT, *SIGNED_IN, *WITH_A_FACTOR, "mfa_authenticate"}
    # For a signed-in account without a password, which cannot exist.
    looked_at.add("account_set_password")
    found = {
        pattern.name
        for path, pattern in _patterns(get_resolver().url_patterns)
        if path.startswith("account/")
    }
    assert found == looked_at | NO_PAGES


def test_our_templates_are_used() -> None:
    """Every template of ours overrides one of the library's."""
    library = Path(allauth.__file__).parent / "templates"
    own = [
        path.relative_to(OURS) for name in ("account", "mfa") for path in (OURS / name).rglob("*.*")
    ]
    assert len(own) > 20
    assert [path for path in own if not (library / path).exists()] == []


def _patterns(found: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, path)
        else:
            yield path, one
