"""An input of a route: the request that carries a value in it, and the answer to a good value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.api.commands import FORM, V1, Cast
from tradepost.limits import WHOLE_MAX

JSON = "application/json"
# The arguments of a call of `Api`.
Request = dict[str, Any]
Status = Callable[[int, Cast], int]
_SAMPLE = Cast(seller=1, buyer=2, customer=3, product=4, order=5)


def always(status: int) -> Status:
    """Return the rule that answers every good value with this status."""
    return lambda _number, _cast: status


_OK = always(200)


def up_to(available: int, status: int) -> Status:
    """Return the rule that answers 409 to more than is available."""
    return lambda number, _cast: status if number <= available else 409


def adjusted(start: int) -> Status:
    """Return the rule for an adjustment of a balance: it has to change it, and stay in range."""

    def status(number: int, _cast: Cast) -> int:
        if number == 0:
            return 422
        return 201 if 0 <= start + number <= WHOLE_MAX else 409

    return status


@dataclass(frozen=True, kw_only=True)
class Input:
    """An input of a route.

    Attributes:
        request: Returns the request with this value in it, as it is on the wire.
        field: The name by which the route refers to the input.
        least: The smallest good number, or the length of the shortest good text.
        most: The largest good number, or the length of the longest good text.
        good: Returns the status of the answer to a good number.
        nullable: Whether null is a good value.
    """

    request: Callable[[str, Cast], Request]
    field: str
    least: int = 0
    most: int = WHOLE_MAX
    good: Status = _OK
    nullable: bool = False

    @property
    def sample(self) -> Request:
        return self.request("VALUE", _SAMPLE)

    @property
    def method(self) -> str:
        return str(self.sample["method"])

    @property
    def path(self) -> str:
        return str(self.sample["path"])

    @property
    def name(self) -> str:
        return f"{self.method} {self.path} {self.sample['raw'].decode()}"

    @property
    def is_v1(self) -> bool:
        return self.path.startswith(V1)


def send(method: str, path: str, raw: str = "", kind: str = JSON) -> Request:
    """Return a request."""
    return {"method": method, "path": path, "raw": raw.encode(), "kind": kind}


def get(path: str) -> Request:
    """Return a request without a body."""
    return send("GET", path)


def post(path: str, raw: str) -> Request:
    """Return a request with a JSON body."""
    return send("POST", path, raw)


def post_form(path: str, **fields: object) -> Request:
    """Return a request with a form, whose values are percent-encoded already."""
    raw = "&".join(f"{name}={value}" for name, value in fields.items())
    return send("POST", path, raw, FORM)


def object_of(**tokens: object) -> str:
    """Return a JSON object; each value is a JSON token and is written as it is."""
    return "{" + ", ".join(f'"{name}": {token}' for name, token in tokens.items()) + "}"


def quoted(number: int) -> str:
    """Return a number as a JSON string, as v1 writes ids."""
    return f'"{number}"'


def filled(path: str, cast: Cast) -> str:
    """Put the cast's ids into a path."""
    return path.format(**cast._asdict())
