"""Request options: the idempotency key, the lock timeout, and the dry run."""

import re

from django.http import HttpRequest

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.errors import Malformed

KEY_MAX_LENGTH = 255
WAIT_MAX_S = 60
# A bare key, or a structured-field string in quotes, as in the IETF draft. A bare key has no comma,
# since servers join two headers with one.
KEY_PATTERN = r"""[!#-+\--~]{1,255}|"([!#-\[\]-~]|\\["\\]){1,255}\""""
KEY = re.compile(KEY_PATTERN)
WAIT = re.compile(r"wait\s*=\s*\"?([0-9]{1,3})\"?", re.IGNORECASE)


def read(request: HttpRequest, route: str, *, dry_run: bool = False) -> txn.Call:
    """Return a request's options as the keyword arguments that every service takes.

    Args:
        route: The method and the route. The same key on another route is another request.

    Raises:
        Malformed: A header cannot be read.
    """
    actor = caller_of(request).actor
    key = idempotency_key(request.headers.get("Idempotency-Key"))
    return {
        "actor": actor,
        "key": None if key is None else txn.Key(actor, key, route),
        "wait_s": wait_s(request.headers.get("Prefer")),
        "dry_run": dry_run,
    }


def idempotency_key(header: str | None) -> str | None:
    """Return the key in an Idempotency-Key header, or None without a header.

    Raises:
        Malformed: It is empty, too long, or not visible ASCII.
    """
    if header is None:
        return None
    given = header.strip(" \t")
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
    for preference in (header or "").split(","):
        name = preference.split("=")[0].strip().lower()
        if name != "wait":
            continue
        given = WAIT.fullmatch(preference.strip())
        if given is None or int(given[1]) > WAIT_MAX_S:
            raise Malformed(f"the header Prefer: wait=N takes whole seconds from 0 to {WAIT_MAX_S}")
        return float(given[1])
    return None
