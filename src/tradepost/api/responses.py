"""How outcomes are answered: 201 when made, 200 when replayed or only tried, 304 when known."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja.responses import Status

from tradepost.api.etags import etag, is_known
from tradepost.txn import Outcome

REPLAYED = "Idempotency-Replayed"
DRY_RUN = "Dry-Run"
ETAG = "ETag"


class Headers(Protocol):
    """Where headers are put: a response, or a dictionary."""

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
    """Return status and body, and say in the headers what the body does not.

    Args:
        version: Of what is answered, where it can be changed on condition of it; a replay has
            the one that there was then. What was only tried has none, and is nowhere.
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
    """Return what was asked for with its version, or that the caller knows it already."""
    version = shown["version"]
    if is_known(request, version):
        return HttpResponseNotModified(headers={ETAG: etag(version)})
    response[ETAG] = etag(version)
    return shown
