"""Decides who sends a request and whether they may use its route, for every way in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tradepost.access.caller import ANONYMOUS, LOCAL, Caller, Kind
from tradepost.access.errors import BadHost, Forbidden, SignInRequired
from tradepost.access.keys import secret_of
from tradepost.access.local_mode import require_local, require_same_site
from tradepost.access.routes import Access

# Returns the caller who has an API key's secret and counts the use, or raises a refusal.
FindKey = Callable[[str], Caller]


class HttpsRequired(Exception):
    """The server requires TLS, and the request came without it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision needs to know of a request.

    Attributes:
        secure: Whether it came over TLS, also if a trusted proxy says so.
        host: The Host header, with the port.
        remote_address: The caller's, also if a trusted proxy says so.
        headers: By name in lower case, one value each.
    """

    method: str
    path: str
    secure: bool
    host: str
    remote_address: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntryPolicy:
    """The settings that decide who gets in.

    Attributes:
        local_mode: Whether callers on this machine may do everything without signing in.
        is_own_host: Returns whether a Host header names this server.
        https_only: Whether requests without TLS are redirected.
        https_exempt: Regular expressions for paths, without the first slash, that need no TLS.
    """

    local_mode: bool
    is_own_host: Callable[[str], bool]
    https_only: bool
    https_exempt: tuple[str, ...]


def enter(facts: Facts, policy: EntryPolicy, find_key: FindKey) -> Caller:
    """Return who sends a request, judging by the arguments alone.

    A session is looked up later, since that needs the database.

    Raises:
        BadHost: The Host header names another host.
        HttpsRequired: TLS is required, and the request came without it.
        CrossSiteRequest: A browser sent it for another site's page.
        RemoteCaller: In local mode, it came from another machine.
        Refusal: `find_key` refuses the API key.
    """
    if not policy.is_own_host(facts.host):
        raise BadHost
    if policy.https_only and not facts.secure:
        path = facts.path.lstrip("/")
        if not any(re.search(pattern, path) for pattern in policy.https_exempt):
            raise HttpsRequired
    require_same_site(method=facts.method, host=facts.host, headers=facts.headers)
    secret = secret_of(facts.headers.get("authorization", ""))
    if secret is not None:
        return find_key(secret)
    if not policy.local_mode:
        return ANONYMOUS
    require_local(remote_address=facts.remote_address, headers=facts.headers)
    return LOCAL


def require_access(caller: Caller, access: Access | None, method: str) -> None:
    """Refuse a caller who may not use a route. Nobody may use one that declares no access.

    Raises:
        SignInRequired: The caller is anonymous.
        Forbidden: The caller lacks the rights.
    """
    if access is not None and access.allows(method, caller.rights):
        return
    if caller.kind is Kind.ANONYMOUS:
        raise SignInRequired
    raise Forbidden(actor=caller.actor)
