"""Forms when the service fails, and their idempotency keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.backoffice.conftest import PLAYERS, Stage, errors_of, fill_form, form_values, rows
from tradepost import txn
from tradepost.errors import TradepostError
from tradepost.trading.models import Player
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db


def rename(client: Client, stage: Stage, **values: Any) -> Any:
    path = f"{PLAYERS}/{stage.ann}/rename/"
    return client.post(path, fill_form(client, path) | values)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (txn.Busy(), "Others were changing the same rows for too long"),
        (txn.TooMuchWaiting(), "Too many requests are waiting"),
        (txn.DatabaseUnavailable(), "The database cannot be reached"),
        (txn.Locked(wait_s=1.0), "A row is locked"),
        (txn.KeyInProgress(key="k"), "is still running"),
        (txn.OutcomeUnknown(), "this may have been done or not"),
        (txn.ConstraintRefused(), "The database refused"),
    ],
)
def test_what_went_wrong_is_said_and_the_form_can_be_sent_again(
    operator: Client,
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    error: TradepostError,
    expected: str,
) -> None:
    def refuse(*_args: Any, **_call: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(txn, "execute", refuse)
        answer = rename(operator, stage, name="anna", key="key-1")
    assert expected in errors_of(answer)["__all__"][0]
    assert form_values(answer) == {"key": "key-1", "name": "anna"}

    again = operator.post(f"{PLAYERS}/{stage.ann}/rename/", form_values(answer))

    assert again.status_code == 302
    assert Player.objects.get(pk=stage.ann).name == "anna"


def test_a_form_that_is_sent_with_other_values_is_another(operator: Client, stage: Stage) -> None:
    """After going back and changing the form, the user confirms it with a new key."""
    rename(operator, stage, name="anna", key="key-1")

    answer = rename(operator, stage, name="annabel", key="key-1")

    assert "was sent before, with other values" in errors_of(answer)["__all__"][0]
    assert Player.objects.get(pk=stage.ann).name == "anna"
    sent = form_values(answer)
    assert sent["key"] != "key-1"
    assert operator.post(f"{PLAYERS}/{stage.ann}/rename/", sent).status_code == 302
    assert Player.objects.get(pk=stage.ann).name == "annabel"


def test_a_key_is_good_for_one_act(operator: Client, stage: Stage) -> None:
    rename(operator, stage, name="anna", key="key-1")

    answer = operator.post(f"{PLAYERS}/{stage.ann}/delete/", {"key": "key-1"})

    assert "was sent before" in errors_of(answer)["__all__"][0]
    assert Player.objects.filter(pk=stage.ann).exists()


def test_keys_are_of_whoever_sends_them(operator: Client, admin: Client, stage: Stage) -> None:
    rename(operator, stage, name="anna", key="key-1")
    rename(admin, stage, name="annabel", key="key-1")

    assert Player.objects.get(pk=stage.ann).name == "annabel"
    keys = Receipt.objects.order_by("actor").values_list("actor", "key")
    assert list(keys) == [("user:otto", "key-1"), ("user:root", "key-1")]


def test_every_form_gets_a_key_of_its_own(operator: Client, stage: Stage) -> None:
    path = f"{PLAYERS}/{stage.ann}/rename/"

    assert fill_form(operator, path)["key"] != fill_form(operator, path)["key"]


def test_a_bug_is_not_reported_as_a_form_error(
    operator: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_call: Any) -> None:
        raise RuntimeError("our own")

    monkeypatch.setattr(txn, "execute", fail)
    before = rows()

    with pytest.raises(RuntimeError, match="our own"):
        rename(operator, stage, name="anna")

    assert rows() == before


@pytest.mark.parametrize("act", ["rename", "delete"])
def test_a_form_about_nobody_says_so(operator: Client, stage: Stage, act: str) -> None:
    answer = operator.post(f"{PLAYERS}/0/{act}/", {"name": "anna", "key": "key-1"})

    assert "There is no player 0" in errors_of(answer)["__all__"][0]
