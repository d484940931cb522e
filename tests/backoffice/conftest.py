"""What the tests of the back office use: people of each role, and things to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from tests.access.conftest import closed, forgotten
from tests.web.conftest import key_of, text_of
from tradepost.access.models import Account, ApiKey
from tradepost.access.rights import Role
from tradepost.audit.report import audit
from tradepost.shop import orders, products
from tradepost.shop.models import Customer, Order, OrderLine, Product, StockEntry
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import players, trades
from tradepost.trading.acts import NewPlayer
from tradepost.trading.models import Entry, Player
from tradepost.trading.rules import Terms
from tradepost.txn.models import Receipt

__all__ = ["closed", "forgotten", "key_of", "text_of"]

DESK = "/backoffice"
PLAYERS, PRODUCTS = f"{DESK}/trading/player", f"{DESK}/shop/product"
CUSTOMERS, ORDERS = f"{DESK}/shop/customer", f"{DESK}/shop/order"
RECEIPTS, LOG = f"{DESK}/txn/receipt", f"{DESK}/admin/logentry"
ACCOUNTS, KEYS = f"{DESK}/access/account", f"{DESK}/access/apikey"
# Every table that somebody in the back office could want to change.
TABLES = (Player, Entry, Customer, Product, StockEntry, Order, OrderLine, Receipt, Account, ApiKey)
FIELDS_THAT_SIGNING_IN_CHANGES = {"last_login"}


class Stage(NamedTuple):
    """Ids of what is there."""

    ann: int
    bob: int
    lamp: int
    customer: int
    order: int


@pytest.fixture(autouse=True)
def own_types() -> None:
    """No number of a model's type is remembered of another test's transaction."""
    ContentType.objects.clear_cache()


@pytest.fixture
def stage(db: None) -> Stage:
    """Ann and bob (100 coins, 20 goods) who traded, and an order of 2 of 20 lamps at 12.50."""
    new = [NewPlayer(coins=100, goods=20, name=name) for name in ("ann", "bob")]
    ann, bob = (one.id for one in players.create(new, actor="test").answer.players)
    trades.execute(Terms(seller=ann, buyer=bob, goods=5, coins=30), actor="test")
    lamp = products.add("Lamp", from_cents(1250), stock=20, actor="test").answer.id
    order = orders.purchase(
        Buyer(username="carl", uid=7), LineRequest(lamp, 2), actor="test"
    ).answer
    return Stage(ann, bob, lamp, order.customer_id, order.id)


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """Signs somebody of a role in, and returns their client."""

    def sign(role: Role, name: str = "", **options: bool) -> Client:
        client = Client(**options)
        client.force_login(made(name or role.value, role))
        return client

    return sign


@pytest.fixture
def admin(sign_in: Callable[..., Client]) -> Client:
    """An admin, called root."""
    return sign_in(Role.ADMIN, "root")


@pytest.fixture
def operator(sign_in: Callable[..., Client]) -> Client:
    """An operator, called otto."""
    return sign_in(Role.OPERATOR, "otto")


@pytest.fixture
def viewer(sign_in: Callable[..., Client]) -> Client:
    """A viewer, called vera."""
    return sign_in(Role.VIEWER, "vera")


def made(name: str, role: Role) -> Account:
    """Return an account of this name, made at the first call; nobody knows a password of it."""
    found = Account.objects.filter(username=name).first()
    return found or Account.objects.create_user(name, role=role)


def rows() -> list[list[dict[str, Any]]]:
    """Return every row that a request could change."""
    return [
        [
            {
                name: value
                for name, value in row.items()
                if name not in FIELDS_THAT_SIGNING_IN_CHANGES
            }
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in TABLES
    ]


def assert_books_hold() -> None:
    """Check every invariant."""
    report = audit()
    assert report.holds, report.as_dict()


def fill(client: Client, path: str, **values: Any) -> dict[str, Any]:
    """Return what a browser would send of a page's form, with values filled in."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return values_of(page) | values


def values_of(page: Any) -> dict[str, Any]:
    """Return what a browser would send of the form that a page shows."""
    shown = {field.html_name: field.value() for field in page.context["form"]}
    return {name: value for name, value in shown.items() if value not in (None, False)}


def act(client: Client, path: str, **values: Any) -> Any:
    """Fill a page's form in and send it; confirm what it shows, if it does."""
    sent = fill(client, path, **values)
    answer = client.post(path, sent)
    if answer.status_code == 200 and answer.context["form"].foreseen:
        return client.post(path, sent | {"shown": answer.context["form"]["shown"].value()})
    return answer


def errors_of(answer: Any) -> dict[str, list[str]]:
    """Return the errors that a page shows, by field."""
    assert answer.status_code == 200, answer.status_code
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}


def messages_of(answer: Any, client: Client) -> list[str]:
    """Return what somebody is told on the page that they are sent to."""
    assert answer.status_code == 302, answer.status_code
    shown = client.get(answer["Location"])
    return [str(message) for message in shown.context["messages"]]


def found(client: Client, path: str) -> list[int]:
    """Return the ids that a list shows."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return [one.pk for one in page.context["cl"].result_list]
