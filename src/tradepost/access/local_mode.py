"""Local mode: without keys and logins, only a caller on this machine is served."""

import functools
import ipaddress
import re
from collections.abc import Iterable, Mapping

from tradepost.access.errors import CrossSiteRequest, RemoteCaller
from tradepost.access.rights import SAFE_METHODS

# "X-Forwarded-" and the like, and what proxies and content networks call their caller's address.
PROXY_HEADERS = re.compile(
    r"forwarded|via|x-forwarded.*|x-real-ip|x-envoy-.*|.*-connecting-ip|.*-client-ip"
)


def require_local(*, remote_address: str, headers: Iterable[str]) -> None:
    """Refuse a caller on another machine.

    Args:
        headers: Their names, in lower case. A proxy's own address may be this machine's, so its
            headers make a caller remote, whatever they say.

    Raises:
        RemoteCaller: The request comes from another machine, or through a proxy.
    """
    if not _is_loopback(remote_address) or any(map(is_proxy_header, headers)):
        raise RemoteCaller


def require_same_site(*, method: str, host: str, headers: Mapping[str, str]) -> None:
    """Refuse what a browser sends for another site's page.

    In local mode that page would act as the person; otherwise as whoever's key the browser has
    stored. A session is protected by its CSRF token, too.

    Args:
        host: The host and port that the request was sent to, already known to be ours.
        headers: By name in lower case.

    Raises:
        CrossSiteRequest: A browser sent it from a page that is not ours.
    """
    # developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site: "none" is the person's own act.
    site = headers.get("sec-fetch-site", "none")
    followed_a_link = method in SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
    if site not in ("none", "same-origin") and not followed_a_link:
        raise CrossSiteRequest
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        raise CrossSiteRequest


# Cached: saves 1.3 µs for the headers of a request.
@functools.lru_cache(maxsize=256)
def is_proxy_header(name: str) -> bool:
    """Return whether a header, named in lower case, is one that proxies add."""
    return bool(PROXY_HEADERS.fullmatch(name))


# Cached: saves 4.7 µs for a request.
@functools.lru_cache
def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
