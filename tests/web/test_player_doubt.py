"""Forms while the database is unavailable, or when the outcome is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db.utils import OperationalError
from django.test import Client

from tests.web.conftest import key_of, text_of
from tradepost import txn
from tradepost.errors import TradepostError
from tradepost.trading import queries
from tradepost.trading.models import Entry, Player

pytestmark = pytest.mark.django_db
PLAYER = {"name": "Ann", "coins": "1", "goods": "1"}
# The path and the values of each form.
FORMS: list[tuple[str, dict[str, str]]] = [
    ("/players/create/", PLAYER),
    ("/players/bulk-create/", {}),
    ("/players/1/update/", PLAYER),
    ("/players/1/grant/", {"coins": "1", "goods": "", "reason": "why"}),
    ("/players/1/delete/", {}),
    ("/players/delete-all/", {"up_to": "9"}),
    ("/players/trade/", {"buyer": "1", "seller": "2", "goods": "1", "coins": "1"}),
]
READS = ("get_player", "count_players", "list_players", "find_players")
each_form = pytest.mark.parametrize(("path", "fields"), FORMS, ids=[form[0] for form in FORMS])


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes every service fail, and optionally every read."""

    def make(error: TradepostError, *, away: bool) -> None:
        def fail(*_: object, **__: object) -> NoReturn:
            raise error

        def lose(*_: object, **__: object) -> NoReturn:
            raise OperationalError("away")

        monkeypatch.setattr(txn, "execute", fail)
        for read in READS if away else ():
            monkeypatch.setattr(queries, read, lose)

    return make


@each_form
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (txn.OutcomeUnknown(), "nobody knows yet whether this was done"),
        (txn.DatabaseUnavailable(), "What you entered is kept"),
    ],
)
def test_what_was_entered_is_kept_with_its_key(
    client: Client,
    ends_with: Callable[..., None],
    path: str,
    fields: dict[str, str],
    error: TradepostError,
    expected: str,
) -> None:
    """So it is safe to send it again; the page does not need the database."""
    ends_with(error, away=True)

    response = client.post(path, fields | {"key": "one"})

    assert response.status_code == 503
    assert expected in text_of(response)
    assert key_of(response) == "one"
    assert {name: response.context["form"][name].value() for name in fields} == fields
    for value in filter(None, fields.values()):
        assert f'value="{value}"' in response.content.decode()
    in_doubt = isinstance(error, txn.OutcomeUnknown)
    assert ('href="/receipts/one/"' in response.content.decode()) is in_doubt


@each_form
def test_what_is_sent_again_is_done_once(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    enlist: Callable[..., list[int]],
    path: str,
    fields: dict[str, str],
) -> None:
    """The first response is lost after the commit."""
    first, second = enlist(2)
    path = path.replace("/1/", f"/{first}/")
    ids = {"buyer": str(first), "seller": str(second), "up_to": str(second)}
    fields = {name: ids.get(name, value) for name, value in fields.items()} | {"key": "one"}
    real = txn.execute

    def lose(*args: Any, **options: Any) -> NoReturn:
        real(*args, **options)
        raise txn.OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(txn, "execute", lose)
        assert client.post(path, fields).status_code == 503
    after = list(Player.objects.values_list()), list(Entry.objects.values_list())
    response = client.post(path, fields, follow=True)

    assert "This was done already; here is the result." in text_of(response)
    assert (list(Player.objects.values_list()), list(Entry.objects.values_list())) == after


def test_without_a_key_there_is_nothing_to_look_up(
    client: Client, ends_with: Callable[..., None]
) -> None:
    ends_with(txn.OutcomeUnknown(), away=False)

    response = client.post("/players/create/", PLAYER)

    assert "the change may have been made or not" in text_of(response)
    assert "/receipts/" not in response.content.decode()
