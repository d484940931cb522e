"""What a recipe is: how to provoke an engine's errors, and what its sessions answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from tests.engines.sessions import Stage
from tools.servers import Server, TlsFiles
from tradepost.engines import ErrorClass


class ServerModule(Protocol):
    """A module of `tools.servers`."""

    def unavailable(self) -> str | None: ...

    def start(
        self,
        *,
        durable: bool = False,
        tls: TlsFiles | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Server]: ...


@dataclass(frozen=True, kw_only=True)
class Words:
    """Statements that each vendor words in its own way; empty where there is no such thing.

    Attributes:
        session_id: Answers the session's id.
        kill: Ends the session with this ``{id}``.
        interrupt: Ends the statement that the session with this ``{id}`` runs.
        is_waiting: Answers 1 while the session with this ``{id}`` waits for a lock.
        is_gone: Answers 1 once there is no session with this ``{id}``.
        read_only: Make the server read-only, or its sessions from now on.
        read_write: Undo that.
        read_only_user: Who is not exempt from it, if it is not the usual user.
        is_encrypted: Answers something true where the session is encrypted.
        certificate_user: Make a user who has to show a certificate.
        shows_certificate: Answers something true where that user, or the usual one, showed one.
        impatient: OPTIONS with which a silent server is waited for no longer than a second.
    """

    session_id: str = ""
    kill: str = ""
    interrupt: str = ""
    is_waiting: str = ""
    is_gone: str = ""
    read_only: tuple[str, ...] = ()
    read_write: tuple[str, ...] = ()
    read_only_user: str = ""
    is_encrypted: str = ""
    certificate_user: tuple[str, ...] = ()
    shows_certificate: str = ""
    impatient: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """An error that can be provoked.

    Attributes:
        name: What happened.
        provoke: Makes it happen, and returns what was raised.
        codes: What the database, or its driver, may call it.
        before: What it means before COMMIT was sent.
        at_commit: What it means as COMMIT's own answer.
        standin: Whether the recipe holds for CockroachDB's stand-in only.
    """

    name: str
    provoke: Callable[[Stage, Words], Exception | tuple[Exception, ...]]
    codes: str
    before: ErrorClass
    at_commit: ErrorClass
    standin: bool = False


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything the tests have to know of one engine.

    Attributes:
        words: Its statements.
        errors: What is provoked on the server under test.
        breakdowns: What is provoked on a private server, which it breaks or stops.
        server: Starts a private server; None where there are none.
        few_connections: Settings with which that server takes five sessions or so.
        plain_text: Settings with which that server has no TLS.
        bound_sql: Asks how long the session waits for a lock.
        bounds: Its answers, by the seconds asked for.
        session: What a session of ours answers to statements.
        id_after_restart: The third id of a table, after a restart of the server.
        relaxed: Promises that a private server breaks because it is to be fast.
        version_sql: Answers the version, with the name of the database in it.
        standin_sql: Answers whether the server is a stand-in; empty where there are none.
        trust_sql: Answers the default of what decides whether CHECK is enforced; empty where
            nothing does.
    """

    words: Words
    errors: tuple[Case, ...]
    breakdowns: tuple[Case, ...] = ()
    server: ServerModule | None = None
    few_connections: Mapping[str, str] = field(default_factory=dict)
    plain_text: Mapping[str, str] = field(default_factory=dict)
    bound_sql: str
    bounds: Mapping[float, str]
    session: Mapping[str, str]
    id_after_restart: int = 3
    relaxed: frozenset[str] = frozenset()
    version_sql: str = "SELECT version()"
    standin_sql: str = ""
    trust_sql: str = ""
