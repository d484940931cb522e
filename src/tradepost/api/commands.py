"""Commands: operations that an ordinary view and the hot lane execute in the same way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse

from tradepost import txn
from tradepost.api import request_options
from tradepost.api.responses import answered
from tradepost.api.times import written

Terms = TypeVar("Terms")
Answer = TypeVar("Answer")
Terms_contra = TypeVar("Terms_contra", contravariant=True)
Terms_co = TypeVar("Terms_co", covariant=True)


@dataclass(slots=True)
class Reply:
    """A response without the headers that every response has."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def of(cls, response: HttpResponse) -> Reply:
        """Return the reply in a response of Django's."""
        return cls(response.status_code, dict(response.items()), response.content)

    def response(self) -> HttpResponse:
        """Return a response of Django's."""
        return HttpResponse(self.content, status=self.status, headers=self.headers)


class Reads(Protocol[Terms_co]):
    """Reads a command's terms from the body of a request.

    Raises:
        Refusal, ValidationError, SuspiciousOperation: It cannot be read.
    """

    def __call__(self, raw: bytes, /) -> Terms_co: ...


class MakesUnit(Protocol[Terms_contra, Answer]):
    """Returns the unit that executes a command."""

    def __call__(
        self, terms: Terms_contra, /, *, actor: str, key: txn.Key | None = None
    ) -> txn.Unit[Answer]: ...


class Presents(Protocol[Answer]):
    """Returns the reply for an outcome."""

    def __call__(self, outcome: txn.Outcome[Answer], /, *, dry_run: bool = False) -> Reply: ...


class Refuses(Protocol):
    """Returns the response for an error, and logs an unexpected one."""

    def __call__(self, error: BaseException, /) -> HttpResponse: ...


@dataclass(frozen=True, slots=True)
class Command(Generic[Terms, Answer]):
    """One operation: parse, unit, present.

    Attributes:
        scope: The method and the route. The same idempotency key elsewhere is another request.
        content_type: The type that the hot lane requires of a body; None for any.
    """

    scope: str
    read: Reads[Terms]
    unit: MakesUnit[Terms, Answer]
    present: Presents[Answer]
    refuse: Refuses
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
