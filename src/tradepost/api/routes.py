"""Registers the routes of /api/v1, each with its answer, its problems and its headers."""

import functools
import inspect
from collections.abc import Callable
from inspect import Parameter
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from tradepost import txn
from tradepost.api import examples, openapi, request_options
from tradepost.api.fields import CommandQuery
from tradepost.api.responses import answered

View = TypeVar("View", bound=Callable[..., Any])
Answer = TypeVar("Answer")


class Register(Protocol):
    """Registers a view, and returns it as it was."""

    def __call__(self, view: View, /) -> View: ...


class ApiRouter(Router):
    """A router of /api/v1, whose routes state their answer, their problems and their headers."""

    def read(self, path: str, schema: Any, *problems: Any, versioned: bool = False) -> Register:
        """Register a view for GET, and for HEAD without documenting it.

        Args:
            problems: Those that `openapi.describe` does not add by itself.
            versioned: Whether the answer has an ETag and takes If-None-Match.
        """
        described: dict[str, Any] = {
            "response": schema,
            # Leaves out the fields that the query of a list does not ask for.
            "exclude_unset": True,
            "openapi_extra": openapi.describe(*problems, tagged=versioned, conditional=versioned),
        }

        def register(view: View) -> View:
            self.api_operation(["HEAD"], path, include_in_schema=False, **described)(view)
            return self.get(path, **described)(view)

        return register

    def read_list(self, path: str, schema: Any, *problems: Any) -> Register:
        """Register a view for GET whose query can be out of range."""
        return self.read(path, schema, *problems, examples.OUT_OF_RANGE)

    def write(
        self, route: str, schema: Any, *problems: Any, creates: bool = False, **headers: bool
    ) -> Register:
        """Register a view that executes a command and makes the response itself.

        Args:
            route: The method and the path.
            problems: Those that `openapi.describe` does not add by itself.
            creates: Whether a new outcome is answered with 201.
            headers: The options of `openapi.describe` for headers.
        """
        method, path = route.split()
        return self.api_operation(
            [method],
            path,
            response={201: schema, 200: schema} if creates else schema,
            openapi_extra=openapi.describe(*problems, command=True, creates=creates, **headers),
        )

    def command(
        self,
        route: str,
        schema: Any,
        present: Callable[[Answer], dict[str, Any]],
        *problems: Any,
        creates: bool = False,
        located: str | None = None,
        tagged: bool = False,
        conditional: bool = False,
    ) -> Callable[[Callable[..., txn.Outcome[Answer]]], object]:
        """Register a view that executes a command and returns its outcome.

        The view takes the request, the request's options, and what it declares of path and body.

        Args:
            route: The method and the path. They are also the scope of idempotency keys.
            present: Returns what is shown of the answer.
            located: The collection that the Location header refers to.
            tagged: Whether the answer has an ETag.
            conditional: Whether the request may have an If-Match header.
        """

        def register(view: Callable[..., txn.Outcome[Answer]]) -> object:
            @functools.wraps(view)
            def serve(
                request: HttpRequest, response: HttpResponse, query: CommandQuery, **parameters: Any
            ) -> Status[Any]:
                options = request_options.read(request, route, dry_run=query.dry_run)
                outcome = view(request, options, **parameters)
                shown = present(outcome.answer)
                return answered(
                    response,
                    outcome,
                    shown,
                    dry_run=query.dry_run,
                    made=201 if creates else 200,
                    location=f"/api/v1/{located}/{shown['id']}" if located else None,
                    version=shown["version"] if tagged else None,
                )

            serve.__signature__ = _served(view)  # type: ignore[attr-defined]
            return self.write(
                route,
                schema,
                *problems,
                creates=creates,
                located=located is not None,
                tagged=tagged,
                conditional=conditional,
            )(serve)

        return register


def _served(view: Callable[..., Any]) -> inspect.Signature:
    """Return the parameters that the framework passes, as it reads them from a signature."""
    request, _options, *declared = inspect.signature(view, eval_str=True).parameters.values()
    kind = Parameter.POSITIONAL_OR_KEYWORD
    response = Parameter("response", kind, annotation=HttpResponse)
    query = Parameter("query", kind, annotation=Query[CommandQuery])
    return inspect.Signature([request, response, *declared, query])
