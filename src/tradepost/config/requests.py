"""Requests as the HTTP server gives them (RSGI 1.5), read in one place."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

Pairs = list[tuple[str, str]]
# Stands for a header whose value is not ASCII: the server says only that it is there. No header
# that we read may have this value, so it is refused like any other nonsense.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


class Headers(Protocol):
    """What the server gives of headers: `items` leaves out values that are not ASCII."""

    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...
    def items(self) -> Pairs: ...


class Scope(Protocol):
    """What the server tells of a request: github.com/emmett-framework/granian, RSGI."""

    http_version: str
    server: str
    client: str
    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> Headers: ...


class Http(Protocol):
    """One exchange with a client (RSGI 1.5)."""

    async def __call__(self) -> bytes: ...
    async def client_disconnect(self) -> None: ...
    def response_empty(self, status: int, headers: Pairs) -> None: ...
    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None: ...
    def response_file(self, status: int, headers: Pairs, file: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its body.

    Attributes:
        path: Decoded.
        headers: Names in lower case; one that was sent several times is there several times.
        caller: The address of who sent it, also if a trusted proxy says so.
        secure: Whether it came over TLS, which only a trusted proxy can say.
    """

    method: str
    path: str
    query: str
    http_version: str
    headers: Pairs
    server: str
    caller: str
    secure: bool

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for given, value in self.headers if given == name), None)


class Proxies:
    """The proxies whose word on their callers is taken.

    Args:
        trusted: Addresses and networks.
    """

    def __init__(self, trusted: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in trusted]

    def request(self, scope: Scope) -> Request:
        """Return a request, with the caller for whom a trusted proxy forwards it."""
        headers = _pairs(scope.headers)
        caller, secure = scope.client.rpartition(":")[0].strip("[]"), False
        if self._networks and self._trust(caller):
            named = {name: value for name, value in headers if name.startswith("x-forwarded-")}
            secure = named.get("x-forwarded-proto", "").strip() == "https"
            caller = self._forwarded_for(named.get("x-forwarded-for", "")) or caller
        return Request(
            method=scope.method,
            path=scope.path,
            query=scope.query_string,
            http_version=scope.http_version,
            headers=headers,
            server=scope.server,
            caller=caller,
            secure=secure,
        )

    def _forwarded_for(self, value: str) -> str:
        """Return the last address that no trusted proxy has; the first, if they are all theirs.

        What stands before it was written by the caller, who may write anything.
        """
        hosts = [host.strip() for host in value.split(",")]
        return next((host for host in reversed(hosts) if not self._trust(host)), hosts[0])

    def _trust(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def _pairs(headers: Headers) -> Pairs:
    pairs = headers.items()
    readable = dict(pairs)
    if len(readable) != len(headers):
        unreadable = set(headers.keys()) - readable.keys()
        pairs += [(name, UNREADABLE) for name in sorted(unreadable)]
    return pairs
