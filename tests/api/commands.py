"""Every command of the API: a request that it takes, and what is special about its route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

V1 = "/api/v1"
TRADE = '{{"seller": "{seller}", "buyer": "{buyer}", "goods": 1, "coins": 2}}'
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that is taken: send it with `Api`, its players' ids filled in.

    Attributes:
        status: What it is answered the first time.
        other: Another body, which makes it another request.
    """

    method: str
    path: str
    raw: str = ""
    other: str | None = None
    kind: str = "application/json"
    status: int = 201

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_v1(self) -> bool:
        return self.path.startswith(V1)

    def request(self, pair: tuple[int, int], raw: str | None = None) -> dict[str, Any]:
        """Return the arguments of a call of `Api`."""
        ids = {"seller": pair[0], "buyer": pair[1]}
        body = self.raw if raw is None else raw
        return {
            "method": self.method,
            "path": self.path.format(**ids),
            "raw": body.format(**ids),
            "kind": self.kind,
        }


COMMANDS: tuple[Command, ...] = (
    Command(
        method="POST", path=f"{V1}/players", raw='{{"name": "ann"}}', other='{{"name": "bob"}}'
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
    Command(method="DELETE", path=f"{V1}/players/{{seller}}", status=200),
    Command(
        method="POST",
        path=f"{V1}/players/{{seller}}/adjustments",
        raw='{{"coins": 1, "reason": "found"}}',
        other='{{"coins": 1, "reason": "lost"}}',
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
)
BY_NAME = {command.name: command for command in COMMANDS}
