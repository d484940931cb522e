"""The shop's lists: pages of what filters leave, and cursors bound to the filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.commands import V1, Cast
from tests.api.conftest import Api
from tests.api.shelves import listed
from tradepost.api import cursors
from tradepost.shop import products
from tradepost.shop.money import from_cents

pytestmark = pytest.mark.django_db


class TestPages:
    """Pages of what filters leave, and the cursors between them."""

    @pytest.fixture
    def pens(self, db: None) -> list[str]:
        """Eleven products, of which seven are pens at 1.00 with some left."""
        made = [
            products.add(
                "Pen" if place % 3 else "Ink", from_cents(100), stock=place % 3, actor="test"
            )
            for place in range(11)
        ]
        return [str(one.answer.id) for one in made]

    def pages(self, api: Api, path: str, **query: Any) -> Iterator[list[str]]:
        """Follow a list to its end."""
        cursor: dict[str, str] = {}
        while True:
            page = listed(api, path, **query, **cursor)
            yield [one["id"] for one in page["items"]]
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}

    @pytest.mark.parametrize(
        "query",
        [{"name_prefix": "pEN"}, {"in_stock": "true"}, {"name_prefix": "pen", "price_max": "1"}],
    )
    def test_hold_each_once(self, api: Api, pens: list[str], query: dict[str, str]) -> None:
        found = list(self.pages(api, "products", limit=3, **query))

        wanted = [one for place, one in enumerate(pens) if place % 3]
        assert [len(page) for page in found] == [3, 3, 1]
        assert [one for page in found for one in page] == wanted[::-1]

    def test_of_orders_and_customers_hold_each_once(
        self, api: Api, clientele: list[dict[str, Any]]
    ) -> None:
        for path, query in (
            ("customers", {}),
            ("orders", {}),
            ("orders", {"state": "placed"}),
            ("orders", {"customer": clientele[1]["id"]}),
        ):
            whole = [one["id"] for one in listed(api, path, limit=100, **query)["items"]]
            found = list(self.pages(api, path, limit=2, **query))
            assert [one for page in found for one in page] == whole
            assert [len(page) for page in found[:-1]] == [2] * (len(found) - 1)

    def test_of_a_stock_hold_each_entry_once(self, api: Api, cast: Cast) -> None:
        path = f"products/{cast.product}/entries"
        for _ in range(3):
            api.post(f"{V1}/products/{cast.product}/deliveries", {"quantity": 1})

        first = listed(api, path, limit=3)
        second = listed(api, path, limit=3, cursor=first["next"])

        numbers = [[one["number"] for one in page["items"]] for page in (first, second)]
        assert numbers == [[5, 4, 3], [2, 1]]
        assert second["next"] is None

    def test_go_on_only_with_the_same_filters(self, api: Api, cast: Cast) -> None:
        """However a filter is written; none of another, nor of another list."""
        customer, product = str(cast.customer), str(cast.product)
        for name in ("pen", "pencil"):
            api.post(f"{V1}/products", {"name": name, "price": "1", "stock": 1})
            api.post(f"{V1}/customers", {"name": name})
            api.post(f"{V1}/purchases", {"customer": customer, "product": product})
        lists: list[tuple[str, dict[str, str]]] = [
            ("players", {}),
            ("customers", {}),
            ("products", {}),
            ("products", {"name_prefix": "pen"}),
            ("products", {"price_min": "1"}),
            ("products", {"price_max": "1"}),
            ("products", {"in_stock": "true"}),
            ("products", {"in_stock": "true", "price_min": "1"}),
            (f"products/{product}/entries", {}),
            ("orders", {}),
            ("orders", {"customer": customer}),
            ("orders", {"state": "placed"}),
            ("orders", {"customer": customer, "state": "placed"}),
        ]
        given = [listed(api, path, limit=1, **query)["next"] for path, query in lists]
        assert None not in given

        statuses = [
            [
                api.get(f"{V1}/{path}?{urlencode(query | {'cursor': cursor})}").status_code
                for cursor in given
            ]
            for path, query in lists
        ]

        places = range(len(lists))
        assert statuses == [[200 if one == other else 400 for other in places] for one in places]
        again = f"{V1}/products?price_min=1.00&cursor={given[4]}"
        assert api.get(again).status_code == 200


BAD_CURSORS = ("", "x", "products:5", "%00", "é", "====", cursors.encode("products", -1))


@pytest.mark.parametrize("path", ["customers", "products", "products/{product}/entries", "orders"])
@pytest.mark.parametrize("cursor", [*BAD_CURSORS, cursors.encode("player", 1)])
def test_a_cursor_that_no_list_gave_is_refused(
    api: Api, cast: Cast, path: str, cursor: str, quiet: None
) -> None:
    answer = api.get(f"{V1}/{path.format(**cast._asdict())}?cursor={cursor}")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert "query cursor: it is not one that this list gave" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["customers", "products", "products/{product}/entries", "orders"])
@pytest.mark.parametrize("place", [0, 2**63 - 1, 2**63, 10**19 - 1])
def test_any_place_can_be_asked_for(api: Api, cast: Cast, path: str, place: int) -> None:
    """A forged one beyond every column is no error of the database."""
    filled = path.format(**cast._asdict())
    listing = f"stock {cast.product}" if "entries" in path else path

    answer = api.get(f"{V1}/{filled}?cursor={cursors.encode(listing, place)}")

    assert answer.status_code == 200
    assert (answer.json()["items"] == []) is (place == 0)
