"""A database that is away: pages and interfaces say so, and that nothing was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

from tests.access.conftest import SignIn
from tradepost.access.rights import Role
from tradepost.engines import Engine, ErrorClass

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Takes the database away."""

    def refuse(*_: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(Engine, "classify", lambda *_: ErrorClass.LOST)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(connection.execute_wrapper(refuse))


@pytest.mark.parametrize("path", ["/players/", "/shop/", "/overview/", "/players/1/"])
def test_a_page_says_so(path: str, away: Callable[[], None]) -> None:
    client = Client()
    away()

    answer = client.get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "The database cannot be reached" in answer.content.decode()


@pytest.mark.parametrize(("path", "kind"), [("/players/", "text/html"), ("/player/count", "text")])
def test_also_where_it_has_to_know_who_asks(
    path: str, kind: str, sign_in: SignIn, away: Callable[[], None]
) -> None:
    client = sign_in(Role.ADMIN)
    away()

    answer = client.get(path)

    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith(kind)
