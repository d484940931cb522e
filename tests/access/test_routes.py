"""Every route by every kind of caller, and what each is answered."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.core.cache import cache
from django.test import Client

from tests.access.accounts import DOORS, Door
from tests.access.conftest import SignIn, account, with_key
from tests.access.pages import CHANGE, OFFICE, PAGES
from tests.access.programs import PROGRAMS
from tests.access.routes import all_patterns
from tests.access.table import ALL, Row
from tests.api.conftest import state
from tradepost.access import routes
from tradepost.access.rights import SCOPES, Right, Role
from tradepost.web.customers import customer_of

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/?next="
ROWS = (*PROGRAMS, *PAGES, *OFFICE)


@pytest.fixture
def clients(sign_in: SignIn, closed: None) -> dict[str, Client]:
    """A client of each kind of caller."""
    customer_of(account("customer", Role.CUSTOMER))
    keys = {
        f"key:{scope}": with_key(*(right for right in SCOPES if right.value == scope), name=scope)
        for scope in ("read", "trade", "shop", "none")
    }
    return {"nobody": Client()} | {role.value: sign_in(role) for role in Role} | keys


def ask(client: Client, method: str, path: str, kind: str) -> tuple[int, bool]:
    """Return the status of an answer, and whether it sends to where one signs in."""
    answer = client.generic(method, path, "", kind)
    if answer.streaming:
        answer.close()
    return answer.status_code, answer.headers.get("Location", "").startswith(LOGIN)


def test_every_route_has_its_row() -> None:
    """Whoever adds a route says who may use it."""
    assert sorted(row.pattern for row in (*ROWS, *DOORS)) == all_patterns()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.pattern)
def test_a_route_serves_those_who_may(row: Row, clients: dict[str, Client], quiet: None) -> None:
    """First those who may not: nothing is changed; then those who may."""
    before = state()

    wrong = list(_wrong(row, clients, admitted=False))
    assert state() == before
    wrong += _wrong(row, clients, admitted=True)

    assert wrong == []
    assert (state() == before) is (row.pattern not in CHANGE)


def _wrong(row: Row, clients: dict[str, Client], *, admitted: bool) -> Iterable[str]:
    for method, status in row.statuses.items():
        may = row.reads if method == "GET" else row.writes
        for who in sorted(ALL & may if admitted else ALL - may):
            found = ask(clients[who], method, row.path, row.kind)
            expected = (status, False) if admitted else refused(row, who)
            if found != expected:
                yield f"{method} {row.path} by {who}: {found}, not {expected}"


def refused(row: Row, who: str) -> tuple[int, bool]:
    """Return what a caller is answered who may not."""
    if who != "nobody":
        return 403, False
    return (302, True) if row.page else (401, False)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.pattern)
def test_a_door_knows_who_is_in(door: Door, clients: dict[str, Client], quiet: None) -> None:
    """The pages of accounts are everybody's: who is not signed in is asked to be, or is served."""
    before, wrong = state(), []
    for who in sorted(ALL):
        # A key's caller is no person, and has no account.
        is_in = who in ("customer", "viewer", "operator", "admin")
        for method, expected in (door.inside if is_in else door.outside).items():
            # Nobody is told to wait.
            cache.clear()
            found = ask(clients[who], method, door.path, "application/x-www-form-urlencoded")
            if found != expected:
                wrong.append(f"{method} {door.path} by {who}: {found}, not {expected}")
            if is_in:
                clients[who].force_login(account(who, Role(who)))

    assert wrong == []
    assert state() == before


def test_the_table_finds_a_route_that_is_open(
    clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, quiet: None
) -> None:
    """And one that is closed: the rights that are collected are those that count."""
    row = next(row for row in ROWS if row.pattern == "api/v1/players")
    everybody = dict.fromkeys(routes.collected(), routes.EVERYBODY)

    monkeypatch.setattr(routes, "collected", lambda: everybody)
    assert len(list(_wrong(row, clients, admitted=False))) > 0
    monkeypatch.setattr(routes, "collected", dict)
    assert len(list(_wrong(row, clients, admitted=True))) > 0


def test_every_route_declares_its_rights() -> None:
    assert [route for route, access in routes.collected().items() if access is None] == []


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_route_that_declares_nothing_is_refused_to_everybody(
    method: str, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, quiet: None
) -> None:
    """Also to an admin, and to a caller on this machine."""
    monkeypatch.setattr(routes, "collected", dict)
    for client in (Client(), sign_in(Role.ADMIN), with_key(*Right)):
        assert client.generic(method, "/api/v1/players").status_code == 403
