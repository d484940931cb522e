"""How a command's outcome is answered: 201 when made, 200 when replayed or only tried."""

from __future__ import annotations

from typing import Any, Protocol

from ninja.responses import Status

from tradepost.txn import Outcome

REPLAYED = "Idempotency-Replayed"
DRY_RUN = "Dry-Run"


class Headers(Protocol):
    """Where headers are put: a response, or a dictionary."""

    def __setitem__(self, name: str, value: str, /) -> None: ...


def answered(
    headers: Headers,
    outcome: Outcome,
    shown: Any,
    *,
    dry_run: bool,
    made: int = 201,
    location: str | None = None,
) -> Status[Any]:
    """Return status and body, and say in the headers what the body does not."""
    if outcome.replayed:
        headers[REPLAYED] = "true"
    elif dry_run:
        headers[DRY_RUN] = "true"
    if location is not None and not dry_run:
        headers["Location"] = location
    return Status(200 if outcome.replayed or dry_run else made, shown)
