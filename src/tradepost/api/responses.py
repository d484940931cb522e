"""Responses: 201 for a new outcome, 200 for a replay or dry run, 304 for a known version.

A version is known by its entity tag, which the conditions of requests name (RFC 9110).
"""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja.responses import Status

from tradepost.errors import Malformed
from tradepost.txn import Outcome

REPLAYED = "Idempotency-Replayed"
DRY_RUN = "Dry-Run"
ETAG = "ETag"
# A tag in a list, and the comma after it; lists may have empty elements.
ELEMENT = re.compile(r'[ \t]*(?:(W/)?"([!#-~\x80-\xff]*)"[ \t]*)?(?:,|$)')


def answered(
    headers: HttpResponse | dict[str, str],
    outcome: Outcome[Any],
    shown: Any,
    *,
    dry_run: bool,
    made: int = 201,
    location: str | None = None,
    version: str | None = None,
) -> Status[Any]:
    """Return the status and body of an outcome, and set its headers.

    Args:
        version: The version for conditional changes, if there is one. A replay has the version of
            its first answer. A dry run has neither version nor location.
    """
    if outcome.replayed:
        headers[REPLAYED] = "true"
    elif dry_run:
        headers[DRY_RUN] = "true"
    if location is not None and not dry_run:
        headers["Location"] = location
    if version is not None and not dry_run:
        headers[ETAG] = etag(version)
    return Status(200 if outcome.replayed or dry_run else made, shown)


def found(
    request: HttpRequest, response: HttpResponse, shown: dict[str, Any]
) -> dict[str, Any] | HttpResponse:
    """Return an object with its version, or 304 if the caller knows that version."""
    version = shown["version"]
    if is_known(request, version):
        return HttpResponseNotModified(headers={ETAG: etag(version)})
    response[ETAG] = etag(version)
    return shown


def etag(version: str) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def wanted_versions(request: HttpRequest) -> list[str] | None:
    """Return the versions that `If-Match` allows, or None if it allows all.

    Weak tags are dropped, because the comparison is strong.

    Raises:
        Malformed: The header is malformed.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    return [version for is_weak, version in _tags("If-Match", header) if not is_weak]


def is_known(request: HttpRequest, version: str) -> bool:
    """Return whether `If-None-Match` names a version (compared weakly), or raise `Malformed`."""
    header = request.headers.get("If-None-Match")
    if header is None:
        return False
    known = header.strip() == "*"
    return known or version in [one for _, one in _tags("If-None-Match", header)]


def _tags(name: str, header: str) -> Iterator[tuple[bool, str]]:
    place, count = 0, 0
    while place < len(header):
        found = ELEMENT.match(header, place)
        if found is None:
            break
        place = found.end()
        if found[2] is not None:
            count += 1
            yield found[1] is not None, found[2]
    if place < len(header) or not count:
        raise Malformed(f'the header {name} takes * or tags in double quotes, such as "1", "2"')
