"""Which addresses may be listened on while there is no sign-in."""

from __future__ import annotations

import ipaddress

from django.core.management import CommandError


def require(host: str) -> str:
    """Return a loopback address.

    Raises:
        CommandError: It is another one, or none at all.
    """
    address = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise CommandError(
            f"Tradepost does not listen on {host}: without sign-in it serves this machine alone. "
            "Use 127.0.0.1."
        )
    return address
