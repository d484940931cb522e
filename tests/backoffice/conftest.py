"""Shared by the tests of the back office: clients of each role, and sample data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from tests.access.conftest import closed, forgotten
from tests.web.conftest import errors_of as form_errors
from tests.web.conftest import key_of, text_of
from tradepost.access.models import Account, ApiKey
from tradepost.access.rights import Role
from tradepost.audit.report import audit
from tradepost.shop import orders, products
from tradepost.shop.models import Customer, Order, OrderLine, PriceEntry, Product, StockEntry
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import players, trades
from tradepost.trading.acts import NewPlayer
from tradepost.trading.models import Entry, Player
from tradepost.trading.rules import Terms
from tradepost.txn.models import Receipt

__all__ = ["closed", "forgotten", "key_of", "text_of"]

BACKOFFICE = "/backoffice"
PLAYERS, PRODUCTS = f"{BACKOFFICE}/trading/player", f"{BACKOFFICE}/shop/product"
CUSTOMERS, ORDERS = f"{BACKOFFICE}/shop/customer", f"{BACKOFFICE}/shop/order"
RECEIPTS, LOG = f"{BACKOFFICE}/txn/receipt", f"{BACKOFFICE}/admin/logentry"
ACCOUNTS, KEYS = f"{BACKOFFICE}/access/account", f"{BACKOFFICE}/access/apikey"
# Every table that the back office could change.
TABLES = (
    Player,
    Entry,
    Customer,
    Product,
    StockEntry,
    PriceEntry,
    Order,
    OrderLine,
    Receipt,
    Account,
    ApiKey,
)
CHANGED_BY_SIGN_IN = {"last_login"}


class Stage(NamedTuple):
    """Ids of the sample data."""

    ann: int
    bob: int
    lamp: int
    customer: int
    order: int


@pytest.fixture(autouse=True)
def own_types() -> None:
    """Clear the ids of content types that another test's transaction created."""
    ContentType.objects.clear_cache()


@pytest.fixture
def stage(db: None) -> Stage:
    """Create ann and bob, who traded, and an order of 2 of 20 lamps at 12.50."""
    new = [NewPlayer(coins=100, goods=20, name=name) for name in ("ann", "bob")]
    ann, bob = (one.id for one in players.create(new, actor="test").answer)
    trades.execute(Terms(seller=ann, buyer=bob, goods=5, coins=30), actor="test")
    lamp = products.add("Lamp", from_cents(1250), stock=20, actor="test").answer.id
    order = orders.purchase(
        Buyer(username="carl", uid=7), LineRequest(lamp, 2), actor="test"
    ).answer
    return Stage(ann, bob, lamp, order.customer_id, order.id)


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """Return a function that signs in an account of a role, and returns its client."""

    def sign(role: Role, name: str = "", **options: bool) -> Client:
        client = Client(**options)
        client.force_login(account_named(name or role.value, role))
        return client

    return sign


@pytest.fixture
def admin(sign_in: Callable[..., Client]) -> Client:
    """Return the client of an admin, root."""
    return sign_in(Role.ADMIN, "root")


@pytest.fixture
def operator(sign_in: Callable[..., Client]) -> Client:
    """Return the client of an operator, otto."""
    return sign_in(Role.OPERATOR, "otto")


@pytest.fixture
def viewer(sign_in: Callable[..., Client]) -> Client:
    """Return the client of a viewer, vera."""
    return sign_in(Role.VIEWER, "vera")


def account_named(name: str, role: Role) -> Account:
    """Return the account of a name, which the first call creates without a password."""
    found = Account.objects.filter(username=name).first()
    return found or Account.objects.create_user(name, role=role)


def rows() -> list[list[dict[str, Any]]]:
    """Return every row that a request could change."""
    return [
        [
            {name: value for name, value in row.items() if name not in CHANGED_BY_SIGN_IN}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in TABLES
    ]


def assert_audit_passes() -> None:
    """Assert that every invariant holds."""
    report = audit()
    assert report.holds, report.as_dict()


def fill_form(client: Client, path: str, **values: Any) -> dict[str, Any]:
    """Return what a browser would send from a page's form, with some values filled in."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return form_values(page) | values


def form_values(page: Any) -> dict[str, Any]:
    """Return what a browser would send from the form on a page."""
    shown = {field.html_name: field.value() for field in page.context["form"]}
    return {name: value for name, value in shown.items() if value not in (None, False)}


def submit(client: Client, path: str, **values: Any) -> Any:
    """Fill in a page's form and submit it; confirm its preview, if it has one."""
    sent = fill_form(client, path, **values)
    answer = client.post(path, sent)
    if answer.status_code == 200 and answer.context["form"].preview:
        return client.post(path, sent | {"shown": answer.context["form"]["shown"].value()})
    return answer


def errors_of(answer: Any) -> dict[str, list[str]]:
    """Return the errors of a page's form, by field."""
    assert answer.status_code == 200, answer.status_code
    return form_errors(answer)


def messages_of(answer: Any, client: Client) -> list[str]:
    """Return the messages on the page that a response redirects to."""
    assert answer.status_code == 302, answer.status_code
    shown = client.get(answer["Location"])
    return [str(message) for message in shown.context["messages"]]


def listed_ids(client: Client, path: str) -> list[int]:
    """Return the ids of the objects in a list."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return [one.pk for one in page.context["cl"].result_list]
