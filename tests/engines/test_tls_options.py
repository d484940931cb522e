"""The one vocabulary for TLS, word by word, in each driver's own."""

from __future__ import annotations

import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from psycopg import IsolationLevel

from tradepost.engines import ENGINES, BadDatabaseUrl
from tradepost.engines.tls import MODES, verifies_host
from tradepost.engines.url import settings_from_url

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("own_drivers")]

LIMITS = "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
STRICT = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
SESSION = f"SET sql_mode = '{STRICT}', innodb_lock_wait_timeout = 5, time_zone = '+00:00'"
MYSQL = {
    "charset": "utf8mb4",
    "connect_timeout": 5,
    "read_timeout": 30,
    "write_timeout": 30,
    "isolation_level": "read committed",
    "init_command": SESSION,
}
POSTGRES = {"connect_timeout": 5, "tcp_user_timeout": 30000, "options": LIMITS}
# Without TLS.
PLAIN: dict[str, dict[str, Any]] = {
    "sqlite:///d": {
        "timeout": 5,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
    "postgresql://h/d": POSTGRES | {"isolation_level": IsolationLevel.READ_COMMITTED},
    "cockroachdb://h/d": POSTGRES | {"isolation_level": IsolationLevel.SERIALIZABLE},
    "mariadb://h/d": MYSQL,
    "mariadb://h/d?driver=mysqlclient": MYSQL,
    "tidb://h/d": MYSQL | {"init_command": f"{SESSION}, tidb_txn_mode = 'pessimistic'"},
}
CA, CERT, KEY = {"ca": "ca.pem"}, {"cert": "cert.pem"}, {"key": "key.pem"}
CLIENT = CERT | KEY
LIBPQ_CLIENT = {"sslcert": "cert.pem", "sslkey": "key.pem"}
NO_CHECK = {"check_hostname": False, "verify_mode": False}
CA_CHECK = {"check_hostname": False, "verify_mode": True}
FULL_CHECK = {"check_hostname": True, "verify_mode": True}
FULL = "tls=verify-full&ca=ca.pem"
WITH_CLIENT = f"{FULL}&cert=cert.pem&key=key.pem"

LIBPQ = {
    "": {},
    "tls=disable": {"sslmode": "disable"},
    "tls=require": {"sslmode": "require"},
    "tls=require&cert=cert.pem&key=key.pem": {"sslmode": "require"} | LIBPQ_CLIENT,
    "tls=verify-ca&ca=ca.pem": {"sslmode": "verify-ca", "sslrootcert": "ca.pem"},
    FULL: {"sslmode": "verify-full", "sslrootcert": "ca.pem"},
    "ca=ca.pem": {"sslmode": "verify-full", "sslrootcert": "ca.pem"},
    "tls=verify-full": {"sslmode": "verify-full", "sslrootcert": "system"},
    "ca=system": {"sslmode": "verify-full", "sslrootcert": "system"},
    WITH_CLIENT: {"sslmode": "verify-full", "sslrootcert": "ca.pem"} | LIBPQ_CLIENT,
}
PYMYSQL = {
    "": {},
    "tls=disable": {"ssl_disabled": True},
    "tls=require": {"ssl": NO_CHECK},
    "tls=require&cert=cert.pem&key=key.pem": {"ssl": NO_CHECK | CLIENT},
    "tls=verify-ca&ca=ca.pem": {"ssl": CA_CHECK | CA},
    FULL: {"ssl": FULL_CHECK | CA},
    "ca=ca.pem": {"ssl": FULL_CHECK | CA},
    "tls=verify-full": {"ssl": FULL_CHECK | {"ca": "/etc/cas.pem", "capath": "/etc/cas"}},
    "ca=system": {"ssl": FULL_CHECK | {"ca": "/etc/cas.pem", "capath": "/etc/cas"}},
    WITH_CLIENT: {"ssl": FULL_CHECK | CA | CLIENT},
}
MYSQLCLIENT = {
    "": {},
    "tls=disable": {"ssl_mode": "DISABLED"},
    "tls=verify-ca&ca=ca.pem": {"ssl_mode": "VERIFY_CA", "ssl": CA},
    FULL: {"ssl_mode": "VERIFY_IDENTITY", "ssl": CA},
    "ca=ca.pem": {"ssl_mode": "VERIFY_IDENTITY", "ssl": CA},
    "tls=verify-full": {"ssl_mode": "VERIFY_IDENTITY"},
    "ca=system": {"ssl_mode": "VERIFY_IDENTITY"},
    WITH_CLIENT: {"ssl_mode": "VERIFY_IDENTITY", "ssl": CA | CLIENT},
}
TRANSLATIONS = [
    (url, words, given)
    for url, table in (
        ("postgresql://h/d?", LIBPQ),
        ("cockroachdb://h/d?", LIBPQ),
        ("mariadb://h/d?", PYMYSQL),
        ("tidb://h/d?", PYMYSQL),
        ("mariadb://h/d?driver=mysqlclient&", MYSQLCLIENT),
        ("tidb://h/d?driver=mysqlclient&", MYSQLCLIENT),
    )
    for words, given in table.items()
]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of the names above, and a system whose authorities are known."""
    monkeypatch.chdir(tmp_path)
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).touch()
    paths = SimpleNamespace(cafile="/etc/cas.pem", capath="/etc/cas")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)


def options(url: str) -> dict[str, Any]:
    return dict(settings_from_url(url, ENGINES)["OPTIONS"])


@pytest.mark.parametrize("url", PLAIN)
def test_without_tls_the_options_are_exactly_these(url: str) -> None:
    """Each limit and each guarantee that a connection gets."""
    assert options(url) == PLAIN[url]


@pytest.mark.parametrize(("url", "words", "given"), TRANSLATIONS)
def test_the_words_for_tls_become_exactly_these_options(
    url: str, words: str, given: dict[str, Any]
) -> None:
    """And nothing else changes."""
    assert options(url + words) == options(url.rstrip("?&")) | given


def test_the_words_of_other_documents_mean_the_same() -> None:
    """PostgreSQL's and CockroachDB's."""
    theirs = "sslmode=verify-full&sslrootcert=ca.pem&sslcert=cert.pem&sslkey=key.pem"

    for url in ("cockroachdb://h/d?", "postgresql://h/d?", "tidb://h/d?"):
        assert options(url + theirs) == options(url + WITH_CLIENT)


def test_every_word_is_translated() -> None:
    """Save what a driver cannot promise, which is refused."""
    for table in (LIBPQ, PYMYSQL):
        assert {f"tls={mode}" for mode in MODES} <= {words.partition("&")[0] for words in table}
    with pytest.raises(BadDatabaseUrl, match="tls=require may end in plain text"):
        options("tidb://h/d?driver=mysqlclient&tls=require")


def test_without_authorities_of_the_system_one_has_to_be_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """PyMySQL would check no host name."""
    nowhere = SimpleNamespace(cafile=None, capath=None)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nowhere)

    with pytest.raises(BadDatabaseUrl, match="the system's authorities are not to be found"):
        options("tidb://h/d?tls=verify-full")


@pytest.mark.parametrize(("url", "words", "given"), TRANSLATIONS)
def test_it_can_be_told_whether_the_host_is_checked(
    url: str, words: str, given: dict[str, Any]
) -> None:
    """By the options alone."""
    full = "verify-full" in words or words.startswith("ca=")

    assert verifies_host(options(url + words)) is full
