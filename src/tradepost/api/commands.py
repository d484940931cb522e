"""Commands: one operation each, run alike by its ordinary view and by the hot lane."""

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
Terms_contra = TypeVar("Terms_contra", contravariant=True)
Terms_co = TypeVar("Terms_co", covariant=True)


@dataclass(slots=True)
class Reply:
    """A response's own part; the headers that every response has come from whoever sends it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def of(cls, response: HttpResponse) -> Reply:
        """Make one of a response of Django's."""
        return cls(response.status_code, dict(response.items()), response.content)

    def response(self) -> HttpResponse:
        """Return it as a response of Django's."""
        return HttpResponse(self.content, status=self.status, headers=self.headers)


class Reads(Protocol[Terms_co]):
    """Reads a command's terms from a body.

    Raises:
        Refusal, ValidationError, SuspiciousOperation: It cannot; the view says why.
    """

    def __call__(self, raw: bytes, /) -> Terms_co: ...


class MakesUnit(Protocol[Terms_contra]):
    """Makes the unit that executes a command."""

    def __call__(
        self, terms: Terms_contra, /, *, actor: str, key: txn.Key | None = None
    ) -> txn.Unit[Any]: ...


class Presents(Protocol):
    """Makes the reply to an outcome."""

    def __call__(self, outcome: txn.Outcome[Any], /, *, dry_run: bool = False) -> Reply: ...


class Refuses(Protocol):
    """Makes the response to an error; one that nobody expected is logged."""

    def __call__(self, error: BaseException, /) -> HttpResponse: ...


@dataclass(frozen=True, slots=True)
class Command(Generic[Terms]):
    """One operation: parse, unit, present.

    Attributes:
        scope: The method and the route, by which idempotency keys of other requests differ.
        content_type: The type that its body has to have; None where any will do.
    """

    scope: str
    read: Reads[Terms]
    unit: MakesUnit[Terms]
    present: Presents
    refuse: Refuses
    content_type: str | None = None

    def run(self, request: HttpRequest, terms: Terms, *, dry_run: bool = False) -> HttpResponse:
        """Execute a request whose terms its view has read, and answer it."""
        options = request_options.read(request, self.scope, dry_run=dry_run)
        unit = self.unit(terms, actor=options.pop("actor"), key=options.pop("key"))
        return self.present(txn.execute(unit, **options), dry_run=dry_run).response()


def made(
    outcome: txn.Outcome[Any],
    shown: dict[str, Any],
    *,
    times: Sequence[str],
    dry_run: bool,
    location: str,
    version: str | None = None,
) -> Reply:
    """Reply with what was made, as JSON; see `responses.answered`.

    It is written without the framework, whose response models cost more than the commit.

    Args:
        times: The fields that are times.
    """
    headers = {"Content-Type": "application/json; charset=utf-8"}
    status = answered(
        headers, outcome, shown, dry_run=dry_run, location=location, version=version
    ).status_code
    return Reply(status, headers, json.dumps(written(shown, times)).encode())
