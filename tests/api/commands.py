"""Every command of the API, with a request that succeeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

V1 = "/api/v1"
TRADE = '{{"seller": "{seller}", "buyer": "{buyer}", "goods": 1, "coins": 2}}'
FORM = "application/x-www-form-urlencoded"


class Cast(NamedTuple):
    """The ids that requests use: two players, and a customer who ordered a product."""

    seller: int
    buyer: int
    customer: int = 0
    product: int = 0
    order: int = 0

    def others(self) -> Cast:
        """Return other ids, which may not exist."""
        return Cast(self.buyer, self.seller, *(one + 1 for one in self[2:]))


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request that succeeds.

    Attributes:
        raw: The body, with the names of the cast's ids in braces.
        status: The status of the first answer.
        again: The status of the second answer, if the command works only once.
        other: Another body, which makes it a different request.
        optional: The fields of the body that may be missing.
    """

    method: str
    path: str
    raw: str = ""
    other: str | None = None
    kind: str = "application/json"
    status: int = 201
    again: int | None = None
    optional: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_v1(self) -> bool:
        return self.path.startswith(V1)

    def request(self, cast: tuple[int, ...], raw: str | None = None) -> dict[str, Any]:
        """Return the arguments of a call of `Api`."""
        ids = Cast(*cast)._asdict()
        body = self.raw if raw is None else raw
        return {
            "method": self.method,
            "path": self.path.format(**ids),
            "raw": body.format(**ids),
            "kind": self.kind,
        }


LINES = '{{"lines": [{{"product": "{product}", "quantity": %s}}]}}'
PURCHASE = '{{"customer": "{customer}", "product": "{product}", "quantity": %s}}'
SHOP_COMMANDS: tuple[Command, ...] = (
    Command(
        method="POST", path=f"{V1}/customers", raw='{{"name": "ann"}}', other='{{"name": "bob"}}'
    ),
    Command(
        method="PATCH",
        path=f"{V1}/customers/{{customer}}",
        raw='{{"name": "ann"}}',
        other='{{"name": "bob"}}',
        status=200,
        optional=frozenset({"name"}),
    ),
    Command(method="DELETE", path=f"{V1}/customers/{{customer}}", status=200, again=404),
    Command(
        method="POST",
        path=f"{V1}/products",
        raw='{{"name": "pen", "price": "1.50", "stock": 3}}',
        other='{{"name": "pen", "price": "1.51", "stock": 3}}',
        optional=frozenset({"stock"}),
    ),
    Command(
        method="PATCH",
        path=f"{V1}/products/{{product}}",
        raw='{{"price": "1.50"}}',
        other='{{"price": "1.51"}}',
        status=200,
        optional=frozenset({"price"}),
    ),
    Command(method="DELETE", path=f"{V1}/products/{{product}}", status=200, again=404),
    Command(
        method="POST",
        path=f"{V1}/products/{{product}}/deliveries",
        raw='{{"quantity": 3, "reason": "ship"}}',
        other='{{"quantity": 3, "reason": "lorry"}}',
        optional=frozenset({"reason"}),
    ),
    Command(
        method="POST",
        path=f"{V1}/products/{{product}}/adjustments",
        raw='{{"quantity": -3, "reason": "moths"}}',
        other='{{"quantity": -3, "reason": "mice"}}',
    ),
    Command(
        method="POST",
        path=f"{V1}/orders",
        raw=LINES.replace("{{", '{{"customer": "{customer}", ', 1) % 2,
        other=LINES.replace("{{", '{{"customer": "{customer}", ', 1) % 1,
        optional=frozenset({"customer"}),
    ),
    Command(
        method="PATCH",
        path=f"{V1}/orders/{{order}}",
        raw=LINES % 1,
        other=LINES % 3,
        status=200,
    ),
    Command(method="POST", path=f"{V1}/orders/{{order}}/cancel", status=200, again=409),
    Command(
        method="POST",
        path=f"{V1}/purchases",
        raw=PURCHASE % 2,
        other=PURCHASE % 1,
        optional=frozenset({"customer", "quantity"}),
    ),
)
COMMANDS: tuple[Command, ...] = (
    Command(
        method="POST",
        path=f"{V1}/players",
        raw='{{"name": "ann"}}',
        other='{{"name": "bob"}}',
        optional=frozenset({"name"}),
    ),
    Command(
        method="POST",
        path=f"{V1}/players/batch",
        raw='{{"players": [{{}}, {{}}]}}',
        other='{{"players": [{{}}]}}',
    ),
    Command(
        method="PATCH",
        path=f"{V1}/players/{{seller}}",
        raw='{{"name": "ann"}}',
        other='{{"name": "bob"}}',
        status=200,
    ),
    Command(method="DELETE", path=f"{V1}/players/{{seller}}", status=200, again=404),
    Command(
        method="POST",
        path=f"{V1}/players/{{seller}}/adjustments",
        raw='{{"coins": 1, "reason": "found"}}',
        other='{{"coins": 1, "reason": "lost"}}',
        optional=frozenset({"coins"}),
    ),
    Command(
        method="POST",
        path=f"{V1}/trades",
        raw=TRADE,
        other=TRADE.replace('"coins": 2', '"coins": 3'),
    ),
    Command(
        method="POST",
        path=f"{V1}/trades/batch",
        raw=f'{{{{"trades": [{TRADE}, {TRADE}]}}}}',
        other=f'{{{{"trades": [{TRADE}]}}}}',
        status=200,
    ),
    Command(
        method="POST",
        path="/player/",
        raw='[{{"coins": 1, "goods": 2}}]',
        other='[{{"coins": 1, "goods": 3}}]',
        status=200,
    ),
    Command(
        method="POST",
        path="/player/trade",
        raw="sellID={seller}&buyID={buyer}&amount=1&price=2",
        other="sellID={seller}&buyID={buyer}&amount=1&price=3",
        kind=FORM,
        status=200,
    ),
    *SHOP_COMMANDS,
)
BY_NAME = {command.name: command for command in COMMANDS}
