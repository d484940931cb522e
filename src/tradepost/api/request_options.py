"""What a caller says about a command besides its body: its key, its patience, a dry run."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.errors import Malformed

KEY_MAX_LENGTH = 255
WAIT_MAX_S = 60
# The bare key, or a structured-field string in quotes, as the IETF draft has it. No comma in a
# bare one: it is what a server makes of two headers.
KEY_PATTERN = r"""[!#-+\--~]{1,255}|"([!#-\[\]-~]|\\["\\]){1,255}\""""
KEY = re.compile(KEY_PATTERN)
WAIT = re.compile(r"wait\s*=\s*\"?([0-9]{1,3})\"?", re.IGNORECASE)


def read(request: HttpRequest, route: str, *, dry_run: bool = False) -> dict[str, Any]:
    """Return the keyword arguments that every act of a service takes.

    Args:
        route: The method and the route's pattern: a key given elsewhere is another request.

    Raises:
        Malformed: A header cannot be read.
    """
    actor = caller_of(request).actor
    return {
        "actor": actor,
        "key": key_of(request.headers.get("Idempotency-Key"), route, actor),
        "wait_s": wait_s(request.headers.get("Prefer")),
        "dry_run": dry_run,
    }


def key_of(header: str | None, route: str, actor: str) -> txn.Key | None:
    """Return the key of a call, or None without one; see `read` and `idempotency_key`."""
    given = idempotency_key(header)
    return None if given is None else txn.Key(actor, given, route)


def idempotency_key(header: str | None) -> str | None:
    """Return the key that a header gives, or None without one.

    Raises:
        Malformed: It is empty, too long, or not visible ASCII.
    """
    if header is None:
        return None
    given = header.strip()
    if not KEY.fullmatch(given):
        raise Malformed(
            "the header Idempotency-Key takes one key of 1 to "
            f"{KEY_MAX_LENGTH} visible ASCII characters, bare or in double quotes"
        )
    return re.sub(r"\\(.)", r"\1", given[1:-1]) if given.startswith('"') else given


def wait_s(header: str | None) -> float | None:
    """Return the seconds of ``Prefer: wait=N`` (RFC 7240), or None; other preferences are ignored.

    Raises:
        Malformed: N is not a whole number from 0 to 60.
    """
    for wish in (header or "").split(","):
        name = wish.split("=")[0].strip().lower()
        if name != "wait":
            continue
        given = WAIT.fullmatch(wish.strip())
        if given is None or int(given[1]) > WAIT_MAX_S:
            raise Malformed(f"the header Prefer: wait=N takes whole seconds from 0 to {WAIT_MAX_S}")
        return float(given[1])
    return None
