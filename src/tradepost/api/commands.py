"""Commands: operations that an ordinary view and the hot lane execute in the same way."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse

from tradepost import txn
from tradepost.api import problems, request_options
from tradepost.api.responses import answered

Terms = TypeVar("Terms")
Answer = TypeVar("Answer")
Terms_contra = TypeVar("Terms_contra", contravariant=True)
Answer_contra = TypeVar("Answer_contra", contravariant=True)


@dataclass(slots=True)
class Reply:
    """A response without the headers that every response has."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def of(cls, response: HttpResponse) -> "Reply":
        return cls(response.status_code, dict(response.items()), response.content)

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, status=self.status, headers=self.headers)


class MakesUnit(Protocol[Terms_contra, Answer]):
    """Returns the unit that executes a command."""

    def __call__(
        self, terms: Terms_contra, /, *, actor: str, key: txn.Key | None = None
    ) -> txn.Unit[Answer]: ...


class Presents(Protocol[Answer_contra]):
    """Returns the reply for an outcome."""

    def __call__(
        self, outcome: txn.Outcome[Answer_contra], /, *, dry_run: bool = False
    ) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Command(Generic[Terms, Answer]):
    """One operation: parse, unit, present.

    Attributes:
        scope: The method and the route. The same idempotency key elsewhere is another request.
        read: Parses the body of a request; raises a Refusal, ValidationError or
            SuspiciousOperation if it cannot.
        refuse: Returns the response for an error, and logs an unexpected one.
        content_type: The type that the hot lane requires of a body; None for any.
    """

    scope: str
    read: Callable[[bytes], Terms]
    unit: MakesUnit[Terms, Answer]
    present: Presents[Answer]
    refuse: Callable[[BaseException], HttpResponse] = problems.refused
    content_type: str | None = None

    def run(self, request: HttpRequest, terms: Terms, *, dry_run: bool = False) -> HttpResponse:
        """Execute a request whose terms the view has read, and return the response."""
        options = request_options.read(request, self.scope, dry_run=dry_run)
        unit = self.unit(terms, actor=options["actor"], key=options["key"])
        outcome = txn.execute(unit, wait_s=options["wait_s"], dry_run=dry_run)
        return self.present(outcome, dry_run=dry_run).response()


def made(
    outcome: txn.Outcome[Any],
    shown: dict[str, Any],
    *,
    times: Sequence[str],
    dry_run: bool,
    location: str,
    version: str | None = None,
) -> Reply:
    """Return a reply with what was made, as JSON; see `responses.answered`.

    The framework's response models are not used, since they take longer than the commit.

    Args:
        times: The names of the fields that are times.
    """
    headers = {"Content-Type": "application/json; charset=utf-8"}
    status = answered(
        headers, outcome, shown, dry_run=dry_run, location=location, version=version
    ).status_code
    return Reply(status, headers, json.dumps(written(shown, times)).encode())


def written(shown: dict[str, Any], times: Sequence[str] = ("at",)) -> dict[str, Any]:
    """Return an answer whose times, which are in UTC, have milliseconds and a Z."""
    return shown | {name: _time(shown[name]) for name in times}


def _time(at: str | datetime) -> str:
    at = at if isinstance(at, str) else at.isoformat()
    return f"{at[:23] if '.' in at else at[:19]}Z"
