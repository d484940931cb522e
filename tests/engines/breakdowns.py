"""Breaking a private server, or taking away what it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from tests.engines.provoke import ADD, READ
from tests.engines.recipe import Words
from tests.engines.sessions import Stage, error_of, known_as
from tools.servers import Server


def stopped(stage: Stage, words: Words) -> tuple[Exception, ...]:
    """The server is shut down; one session's statement and another's COMMIT find out."""
    return _found_out(stage, _server(stage).stop)


def crashed(stage: Stage, words: Words) -> tuple[Exception, ...]:
    """The server is killed; one session's statement and another's COMMIT find out."""
    return _found_out(stage, _server(stage).kill)


def connection_refused(stage: Stage, words: Words) -> Exception:
    """There is no server to connect to."""
    _server(stage).stop()
    return error_of(stage.session().wrapper.ensure_connection)


def masked_commit(stage: Stage, words: Words) -> Exception:
    """COMMIT fails, then Django's own reconnection does, and that is what is raised."""
    session = stage.session()

    def work() -> None:
        with known_as("private", session), transaction.atomic("private"):
            session.run(ADD, stage.one)
            _server(stage).kill()

    error = error_of(work)
    # The commit's own error is only the context of the reconnection's.
    assert error.__context__ is not None
    return error


def too_many_connections(stage: Stage, words: Words) -> Exception:
    """The server takes no more connections."""

    def fill() -> None:
        for _ in range(20):
            stage.session().wrapper.ensure_connection()

    return error_of(fill)


def read_only(stage: Stage, words: Words) -> Exception:
    """The server takes no writes, as one that was demoted."""
    admin = stage.session()
    for statement in words.read_only:
        admin.run(statement)
    changes: dict[str, Any] = {"USER": words.read_only_user} if words.read_only_user else {}
    try:
        return error_of(lambda: stage.login(changes).begin().run(ADD, stage.one))
    finally:
        for statement in words.read_write:
            admin.run(statement)


def _found_out(stage: Stage, breakdown: Callable[[], None]) -> tuple[Exception, ...]:
    writing, committing = stage.session().begin(), stage.session().begin()
    writing.run(ADD, stage.one)
    committing.run(ADD, stage.two)
    breakdown()
    return error_of(lambda: writing.run(READ, stage.one)), error_of(committing.commit)


def _server(stage: Stage) -> Server:
    assert stage.server is not None
    return stage.server
