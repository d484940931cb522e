"""The number of queries per page, which is the same for 3 rows and for 60."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.test_queries import sent
from tests.backoffice.conftest import (
    ACCOUNTS,
    BACKOFFICE,
    CUSTOMERS,
    KEYS,
    LOG,
    ORDERS,
    PLAYERS,
    PRODUCTS,
    RECEIPTS,
    Stage,
    account_named,
)
from tradepost import txn
from tradepost.access import keys
from tradepost.access.models import ApiKey
from tradepost.access.rights import Right, Role
from tradepost.backoffice.admin.service_admin import ServiceAdmin
from tradepost.backoffice.lists import BoundedPaginator
from tradepost.shop import customers, orders, products
from tradepost.shop.money import from_cents
from tradepost.shop.rules import Buyer, LineRequest
from tradepost.trading import players, trades
from tradepost.trading.acts import NewPlayer
from tradepost.trading.rules import Terms

pytestmark = pytest.mark.django_db

# The session and its account.
WHO = 2
# A list counts its rows up to the limit, and reads one page.
LIST = WHO + 2
PAGES = {
    # The newest players; the newest orders and their lines.
    f"{BACKOFFICE}/": WHO + 3,
    f"{BACKOFFICE}/shop/": WHO,
    f"{PLAYERS}/": LIST,
    f"{PLAYERS}/?q=a": LIST,
    f"{PLAYERS}/?owns=no-coins": LIST,
    f"{PLAYERS}/{{ann}}/change/": WHO + 2,
    f"{PLAYERS}/{{ann}}/entries/": WHO + 2,
    f"{PLAYERS}/{{ann}}/entries/?kind=sold&before=9": WHO + 2,
    f"{PLAYERS}/{{ann}}/entries/export/csv/": WHO + 1,
    f"{PLAYERS}/export/csv/": LIST,
    f"{PLAYERS}/{{ann}}/grant/": WHO + 1,
    f"{PLAYERS}/add/": WHO,
    f"{PRODUCTS}/": LIST,
    f"{PRODUCTS}/?q=lamp&available=few": LIST,
    f"{PRODUCTS}/{{lamp}}/change/": WHO + 2,
    f"{PRODUCTS}/{{lamp}}/entries/": WHO + 2,
    f"{PRODUCTS}/{{lamp}}/prices/": WHO + 2,
    f"{PRODUCTS}/export/csv/": LIST,
    f"{PRODUCTS}/{{lamp}}/edit/": WHO + 1,
    f"{PRODUCTS}/import/": WHO,
    f"{CUSTOMERS}/": LIST,
    f"{CUSTOMERS}/?q=ann&is=placeholder": LIST,
    # Its orders, and their lines and products.
    f"{CUSTOMERS}/{{customer}}/change/": WHO + 3,
    f"{CUSTOMERS}/export/csv/": LIST,
    f"{ORDERS}/": LIST,
    f"{ORDERS}/?state__exact=placed": LIST,
    f"{ORDERS}/?product={{lamp}}": LIST,
    f"{ORDERS}/?customer__id__exact={{customer}}": LIST,
    f"{ORDERS}/?q=carl": LIST,
    # Its lines and stock entries.
    f"{ORDERS}/{{order}}/change/": WHO + 3,
    f"{ORDERS}/{{order}}/cancel/": WHO + 1,
    f"{ORDERS}/export/csv/": LIST,
    f"{RECEIPTS}/": LIST,
    f"{RECEIPTS}/?q=test key 1": LIST,
    f"{LOG}/": LIST,
    f"{ACCOUNTS}/": LIST,
    f"{ACCOUNTS}/{{account}}/change/": WHO + 1,
    f"{ACCOUNTS}/{{account}}/role/": WHO + 1,
    f"{KEYS}/": LIST,
    f"{KEYS}/{{key}}/change/": WHO + 1,
}


@pytest.fixture
def busy(stage: Stage, count: int, admin: Client) -> dict[str, int]:
    """Create a number of objects of each kind; return ids of the sample data."""
    players.create([NewPlayer(coins=5, goods=0, name=f"p{n}") for n in range(count)], actor="t")
    rugs = [
        products.add(f"Lamp {n}", from_cents(100), stock=100, actor="t").answer.id
        for n in range(min(count, 10))
    ]
    for number in range(count):
        trades.execute(Terms(seller=stage.bob, buyer=stage.ann, goods=0, coins=0), actor="t")
        key = txn.Key("test", f"key {number}")
        customers.register(f"ann {number}", actor="test", key=key)
        requested = [LineRequest(rug) for rug in rugs]
        orders.place(Buyer(id=stage.customer), requested, actor="t")
        products.receive(stage.lamp, 1, actor="t")
        account_named(f"person-{number}", Role.CUSTOMER)
        keys.make(f"program-{number}", [Right.READ], by="t")
    big = [LineRequest(rug) for rug in rugs]
    changed = orders.change(stage.order, [LineRequest(stage.lamp, 3), *big], actor="t")
    account = account_named("person-0", Role.CUSTOMER)
    admin.post(f"{ACCOUNTS}/{account.pk}/role/", {"role": "viewer", "is_active": "on"})
    return stage._asdict() | {
        "account": account.pk,
        "key": ApiKey.objects.values_list("pk", flat=True)[0],
        "order": changed.answer.id,
    }


@pytest.mark.parametrize("count", [3, 60])
def test_each_page_sends_as_many_for_3_rows_as_for_60(
    admin: Client, busy: dict[str, int], count: int
) -> None:
    for page in PAGES:
        # A process reads the ids of content types once.
        admin.get(page.format(**busy))
    counted = {}
    for page in PAGES:
        statements = sent(lambda path=page: admin.get(path.format(**busy)))
        counted[page] = len(statements)

    assert counted == PAGES


@pytest.mark.parametrize("count", [3])
def test_a_list_is_counted_no_further_than_it_is_shown(
    admin: Client, busy: dict[str, int], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count stops at its limit, however many rows there are."""
    monkeypatch.setattr(BoundedPaginator, "rows_max", 4)
    monkeypatch.setattr(ServiceAdmin, "list_per_page", 2)

    statements = sent(lambda: admin.get(f"{PLAYERS}/"))

    counts = [one for one in statements if "COUNT(" in one]
    assert len(counts) == 1
    assert "LIMIT 5" in counts[0]
    assert not [one for one in statements if "COUNT(" not in one and "LIMIT" not in one]
    page = admin.get(f"{PLAYERS}/")
    assert page.context["cl"].result_count == 4
    assert "There are more: these are the first" in page.content.decode()


@pytest.mark.parametrize("count", [3])
def test_facets_cannot_be_asked_for(admin: Client, busy: dict[str, int], count: int) -> None:
    """Facets would count the whole table once for every choice."""
    plain = sent(lambda: admin.get(f"{ORDERS}/"))

    assert len(sent(lambda: admin.get(f"{ORDERS}/?_facets=True"))) == len(plain)


@pytest.mark.parametrize("count", [3])
def test_a_grant_sends_what_the_service_sends(
    admin: Client, busy: dict[str, int], count: int
) -> None:
    path = f"{PLAYERS}/{busy['ann']}/grant/"
    values = {"coins": "1", "goods": "0", "reason": "x"}
    shown = admin.post(path, values).context["form"]["shown"].value()

    statements = sent(lambda: admin.post(path, values | {"shown": shown}))

    # Session and account, the object, and three for the unit; messages are in a cookie.
    assert len(statements) == WHO + 1 + 3, statements
