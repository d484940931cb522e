"""How a command's outcome is answered: 201 when made, 200 when replayed or only tried."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja.responses import Status

from tradepost.txn import Outcome

REPLAYED = "Idempotency-Replayed"
DRY_RUN = "Dry-Run"


def answered(
    response: HttpResponse,
    outcome: Outcome,
    shown: Any,
    *,
    dry_run: bool,
    made: int = 201,
    location: str | None = None,
) -> Status[Any]:
    """Return status and body, and say in the headers what the body does not."""
    if outcome.replayed:
        response[REPLAYED] = "true"
    elif dry_run:
        response[DRY_RUN] = "true"
    if location is not None and not dry_run:
        response["Location"] = location
    return Status(200 if outcome.replayed or dry_run else made, shown)
