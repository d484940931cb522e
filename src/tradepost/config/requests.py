"""Reads requests from the HTTP server's interface (RSGI 1.5)."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

Pairs = list[tuple[str, str]]
# Replaces a header value that is not ASCII, because the server reports only the header's name. No
# header that we read may have this value, so it is rejected or ignored like any other bad value.
UNREADABLE = "\xff"
# Where that alone would pass for a request without the header: a key that nobody has, a bad wait.
UNREADABLE_IN = {"authorization": f"Bearer {UNREADABLE}", "prefer": f"wait={UNREADABLE}"}


class Headers(Protocol):
    """The server's view of headers; `items` leaves out values that are not ASCII."""

    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...
    def items(self) -> Pairs: ...


class Scope(Protocol):
    """The server's description of a request (RSGI, github.com/emmett-framework/granian)."""

    http_version: str
    server: str
    client: str
    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> Headers: ...


class Http(Protocol):
    """The server's interface to read a body and send a response (RSGI 1.5)."""

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
        headers: Names in lower case; a header sent several times appears several times.
        caller: The client's address; behind a trusted proxy, the one that it forwards for.
        secure: Whether the client used TLS, according to a trusted proxy.
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
    """The proxies whose `X-Forwarded-*` headers are trusted.

    Args:
        trusted: Addresses and networks.
    """

    def __init__(self, trusted: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in trusted]

    def request(self, scope: Scope) -> Request:
        """Return a request, with the client's address from a trusted proxy."""
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
        """Return the last address that is not a trusted proxy's, or the first if all are.

        Addresses before it may have been made up by the caller.
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
        pairs += [(name, UNREADABLE_IN.get(name, UNREADABLE)) for name in sorted(unreadable)]
    return pairs
