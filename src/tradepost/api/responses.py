"""Responses: 201 for a new outcome, 200 for a replay or dry run, 304 for a known version."""

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja.responses import Status

from tradepost.api.etags import etag, is_known
from tradepost.txn import Outcome

REPLAYED = "Idempotency-Replayed"
DRY_RUN = "Dry-Run"
ETAG = "ETag"


class Headers(Protocol):
    """Something that takes headers: a response or a dictionary."""

    def __setitem__(self, name: str, value: str, /) -> None: ...


def answered(
    headers: Headers,
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
