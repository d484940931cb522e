"""The shop's pages while the database is unavailable."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from tests.txn.faults import codes, error_of
from tests.web.conftest import text_of
from tests.web.shops import all_rows, sign_in
from tradepost import txn
from tradepost.engines import Engine, ErrorClass
from tradepost.shop import customers, queries

pytestmark = pytest.mark.django_db


def raising(error: Exception) -> Any:
    """Return a function that raises an error."""

    def call(*_: Any, **__: Any) -> Any:
        raise error

    return call


@pytest.mark.engine
@pytest.mark.parametrize(
    "path", ["/shop/", "/shop/products/1/", "/shop/orders/", "/shop/orders/1/"]
)
def test_a_page_says_that_the_database_is_away(
    client: Client, path: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = OperationalError("gone")
    away.__cause__ = error_of(engine, codes(engine, ErrorClass.LOST)[0])
    for name in ("list_products", "get_product", "list_orders", "get_order"):
        monkeypatch.setattr(queries, name, raising(away))

    page = client.get(path)

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "The database cannot be reached" in text_of(page)
    assert "Try again" in text_of(page)


@pytest.mark.parametrize("path", ["/shop/orders/", "/shop/orders/1/"])
def test_a_first_look_that_cannot_be_written_down_is_tried_again(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = sign_in()
    before = all_rows()

    with monkeypatch.context() as patch:
        patch.setattr(customers, "register", raising(txn.Busy()))
        page = ann.get(path)

    assert (page.status_code, page["Retry-After"]) == (503, "1")
    assert all_rows() == before
    assert ann.get("/shop/orders/").status_code == 200


def test_what_nobody_knows_of_a_database_is_our_mistake(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page does not repeat the database's message."""
    monkeypatch.setattr(queries, "list_products", raising(DatabaseError("secret words")))
    client.raise_request_exception = False

    page = client.get("/shop/")

    assert page.status_code == 500
    assert b"secret words" not in page.content
