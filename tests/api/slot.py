"""A place of a route that takes a value, and what the route makes of a good one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.api.commands import V1, Cast
from tradepost.limits import WHOLE_MAX

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for a value, `@` in the path or in the body.

    Attributes:
        field: What the route calls it.
        least: The least that makes sense.
        most: The most that makes sense.
        good: The status for what makes sense, from the number and the cast.
        nullable: Whether null is good, too.
    """

    method: str
    path: str
    raw: str = ""
    kind: str = JSON
    field: str
    least: int = 0
    most: int = WHOLE_MAX
    good: Callable[[int, Cast], int] = lambda _number, _cast: 200
    nullable: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} {self.raw}"

    @property
    def is_v1(self) -> bool:
        return self.path.startswith(V1)

    def request(self, value: str, cast: Cast) -> dict[str, Any]:
        """Return the arguments of a call of `Api` with a value in its place."""
        return {
            "method": self.method,
            "path": filled(self.path.replace("@", value), cast),
            "raw": filled(self.raw.replace("@", value), cast).encode(),
            "kind": self.kind,
        }


def filled(text: str, cast: Cast) -> str:
    """Put the ids into a text: <s>eller, <b>uyer, <c>ustomer, <p>roduct, <o>rder."""
    for name, one in cast._asdict().items():
        text = text.replace(f"<{name[0]}>", str(one))
    return text


def adjusted(start: int) -> Callable[[int, Cast], int]:
    """Return what an adjustment of so much is answered."""

    def good(number: int, _cast: Cast) -> int:
        if number == 0:
            return 422
        return 201 if 0 <= start + number <= WHOLE_MAX else 409

    return good


def if_enough(enough: int, status: int) -> Callable[[int, Cast], int]:
    """Return what is answered who asks for some of so many."""
    return lambda number, _cast: status if number <= enough else 409


def created(status: int) -> Callable[[int, Cast], int]:
    """Return what is answered whatever the number."""
    return lambda _number, _cast: status
