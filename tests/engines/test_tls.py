"""TLS on live servers of the engine under test, with an authority made here.

Three servers: one with a certificate for its address, one with a certificate for another name,
and one that knows no TLS.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.engines.conftest import settings_of
from tests.engines.recipe import Recipe, ServerModule
from tests.engines.recipes import can_require, checks_host_at_verify_ca
from tests.engines.sessions import Session, error_of
from tools.servers import TlsFiles
from tradepost.engines import BadDatabaseUrl, Engine, ErrorClass, Phase, engine_of

if not engine_of("default").takes_tls:
    pytest.skip("there is nothing to encrypt in a file", allow_module_level=True)

Connect = Callable[..., Session]


@dataclass(frozen=True)
class Network:
    """Three servers' URLs, and the files that a client may name."""

    good: str
    other_name: str
    plain: str
    ca: str
    wrong_ca: str
    client: TlsFiles

    def verify(self, mode: str) -> dict[str, str]:
        """Return the options that verify the servers by their authority."""
        return {"tls": mode, "ca": self.ca}


def write(folder: Path, ca: trustme.CA, name: str) -> TlsFiles:
    """Write an authority's certificate, and one that it issues, as files."""
    folder.mkdir()
    issued = ca.issue_cert(name)
    files = TlsFiles(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    ca.cert_pem.write_to_path(files.ca)
    files.cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    # A client's library reads no key that others may read.
    files.key.touch(mode=0o600)
    issued.private_key_pem.write_to_path(files.key)
    return files


@pytest.fixture(scope="module")
def network(
    servers: ServerModule, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Network]:
    """The servers, in the order of `Network`."""
    folder, ca = tmp_path_factory.mktemp("tls"), trustme.CA()
    good = write(folder / "good", ca, "127.0.0.1")
    other_name = write(folder / "other", ca, "db.example")
    with (
        servers.start(tls=good) as first,
        servers.start(tls=other_name) as second,
        servers.start(settings=recipe.plain_text) as third,
    ):
        yield Network(
            good=first.url,
            other_name=second.url,
            plain=third.url,
            ca=str(good.ca),
            wrong_ca=str(write(folder / "wrong", trustme.CA(), "127.0.0.1").ca),
            client=write(folder / "client", ca, "somebody@client.example"),
        )


@pytest.fixture
def connect(engine: Engine, driver: str, django_db_blocker: Any) -> Iterator[Connect]:
    """Connects to a URL with options, as another user if one is named."""
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:

        def session(url: str, *, user: str | None = None, **options: str) -> Session:
            settings = settings_of(url, engine, driver, **options)
            made = Session(settings | ({"USER": user} if user else {}))
            stack.callback(made.close)
            made.wrapper.ensure_connection()
            return made

        yield session


def refused(engine: Engine, call: Callable[[], object]) -> bool:
    """Say whether no connection is made; a server that is not the right one counts as lost."""
    return engine.classify(error_of(call), Phase.BEFORE_COMMIT) is ErrorClass.LOST


def test_a_server_that_proves_its_name_is_spoken_to_in_secret(
    recipe: Recipe, network: Network, connect: Connect
) -> None:
    """By the server's own answer; so it is where only its authority is asked."""
    for mode in ("verify-full", "verify-ca"):
        assert connect(network.good, **network.verify(mode)).value(recipe.words.is_encrypted)


def test_an_authority_alone_has_everything_checked(
    engine: Engine, recipe: Recipe, network: Network, connect: Connect
) -> None:
    """Whoever names one wants it asked."""
    assert connect(network.good, ca=network.ca).value(recipe.words.is_encrypted)
    assert refused(engine, lambda: connect(network.other_name, ca=network.ca))


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_server_of_another_authority_is_refused(
    engine: Engine, network: Network, connect: Connect, mode: str
) -> None:
    """Whatever its name."""
    assert refused(engine, lambda: connect(network.good, tls=mode, ca=network.wrong_ca))


def test_a_server_of_another_name_is_refused(
    engine: Engine, network: Network, connect: Connect
) -> None:
    """Though its authority is the right one."""
    assert refused(engine, lambda: connect(network.other_name, **network.verify("verify-full")))


def test_the_name_does_not_matter_where_only_the_authority_is_asked(
    engine: Engine, recipe: Recipe, driver: str, network: Network, connect: Connect
) -> None:
    """Save for a library that asks more than it is told."""

    def session() -> Session:
        return connect(network.other_name, **network.verify("verify-ca"))

    if checks_host_at_verify_ca(driver):
        assert refused(engine, session)
    else:
        assert session().value(recipe.words.is_encrypted)


def test_what_is_required_is_secret_and_nothing_else(
    recipe: Recipe, driver: str, network: Network, connect: Connect
) -> None:
    """Where the driver can promise that; else it is refused before it is tried."""
    for url in (network.good, network.other_name):
        if can_require(driver):
            assert connect(url, tls="require").value(recipe.words.is_encrypted)
        else:
            with pytest.raises(BadDatabaseUrl, match="tls=require may end in plain text"):
                connect(url, tls="require")


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_server_that_speaks_plain_text_is_refused(
    engine: Engine, driver: str, network: Network, connect: Connect, mode: str
) -> None:
    """Nobody falls back to it in silence."""
    if mode != "require":
        assert refused(engine, lambda: connect(network.plain, **network.verify(mode)))
    elif can_require(driver):
        assert refused(engine, lambda: connect(network.plain, tls="require"))


def test_what_is_disabled_is_plain_text(recipe: Recipe, network: Network, connect: Connect) -> None:
    """Also where the server could do better."""
    for url in (network.good, network.plain):
        assert not connect(url, tls="disable").value(recipe.words.is_encrypted)


def test_without_an_authority_the_systems_are_asked(
    engine: Engine,
    recipe: Recipe,
    network: Network,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which do not know ours, until they do; the name is checked then as well."""
    assert refused(engine, lambda: connect(network.good, tls="verify-full"))

    # OpenSSL's own way to name them.
    monkeypatch.setenv("SSL_CERT_FILE", network.ca)

    assert connect(network.good, tls="verify-full").value(recipe.words.is_encrypted)
    assert connect(network.good, ca="system").value(recipe.words.is_encrypted)
    assert refused(engine, lambda: connect(network.other_name, tls="verify-full"))


def test_a_clients_certificate_reaches_the_server(
    recipe: Recipe, network: Network, connect: Connect
) -> None:
    """Which may ask for one."""
    verify = network.verify("verify-full")
    admin, words = connect(network.good, **verify), recipe.words
    for statement in words.certificate_user:
        admin.run(statement)
    user = "shows_certificate" if words.certificate_user else None
    shown = {"cert": str(network.client.cert), "key": str(network.client.key)}

    assert connect(network.good, user=user, **verify, **shown).value(words.shows_certificate)
    if user is None:
        assert not admin.value(words.shows_certificate)
    else:
        error_of(lambda: connect(network.good, user=user, **verify))


def test_the_words_of_other_documents_are_understood(
    engine: Engine, recipe: Recipe, network: Network, connect: Connect
) -> None:
    """CockroachDB's and PostgreSQL's: ``sslmode=verify-full&sslrootcert=…``."""
    theirs = {"sslmode": "verify-full", "sslrootcert": network.ca}

    assert connect(network.good, **theirs).value(recipe.words.is_encrypted)
    assert refused(engine, lambda: connect(network.other_name, **theirs))
