"""Every route by every kind of caller, and what each is answered."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.conftest import SignIn, with_key
from tests.access.routes import all_patterns
from tests.access.table import ALL, METHODS, ROWS, Row
from tests.api.conftest import state
from tradepost.access import keys
from tradepost.access.rights import SCOPES, Right, Role

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LOGIN = "/account/login/?next="


def client_of(who: str, sign_in: SignIn) -> Client:
    """Return the client of a kind of caller."""
    kind, _, scope = who.partition(":")
    if kind == "key":
        return with_key(*(right for right in SCOPES if right.value == scope), name=who)
    return Client() if who == "nobody" else sign_in(Role(who))


def test_every_route_has_its_row() -> None:
    """Whoever adds a route says who may use it."""
    assert sorted(row.pattern for row in ROWS) == all_patterns()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.pattern)
def test_a_route_serves_those_who_may(row: Row, sign_in: SignIn, closed: None, quiet: None) -> None:
    before, wrong = state(), []
    for who in sorted(ALL):
        client = client_of(who, sign_in)
        for method in METHODS:
            answer = client.generic(method, row.path, "", "application/json")
            found = (answer.status_code, answer.headers.get("Location", "")[: len(LOGIN)])
            expected = expected_of(row, who, method)
            if found != expected:
                wrong.append(f"{method} {row.path} by {who}: {found}, not {expected}")
    keys.forget()

    assert wrong == []
    assert state() == before


def expected_of(row: Row, who: str, method: str) -> tuple[int, str]:
    if who in (row.reads if method == "GET" else row.writes):
        return row.statuses[method], ""
    if who != "nobody":
        return 403, ""
    return (302, LOGIN) if row.page else (401, "")


@pytest.mark.parametrize("method", METHODS)
def test_a_route_without_a_rule_is_nobody_s(
    method: str, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, quiet: None
) -> None:
    """Not even an admin's, nor a caller's on this machine."""
    monkeypatch.setattr("tradepost.access.rights.RULES", ())
    for client in (Client(), sign_in(Role.ADMIN), with_key(*Right)):
        assert client.generic(method, "/api/v1/players").status_code == 403
