"""From one setting to Django's: every part of it is understood, or refused by its name."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tradepost import engines
from tradepost.engines import (
    DATABASE_NAMES,
    ENGINES,
    BadDatabaseUrl,
    database_settings,
    engine_of,
)
from tradepost.engines.postgresql import ENGINE as POSTGRESQL
from tradepost.engines.tls import Tls
from tradepost.engines.url import settings_from_url

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("own_drivers")]


def settings(url: str) -> dict[str, Any]:
    """Return Django's settings for a URL, without the options."""
    found = settings_from_url(url, ENGINES)
    del found["OPTIONS"], found["ENGINE_NAME"]
    return found


def from_env(**env: str) -> dict[str, Any]:
    return database_settings(env, default_file=Path("/data/t.sqlite3"))


def complaint(url: str) -> str:
    """Return why a URL is refused."""
    with pytest.raises(BadDatabaseUrl) as caught:
        settings_from_url(url, ENGINES)
    said = str(caught.value)
    assert said.startswith("DATABASE_URL: ")
    return said.removeprefix("DATABASE_URL: ")


def test_a_sixth_engine_may_share_the_backend_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that speaks PostgreSQL's protocol is one value, and is recognized by its name."""
    sixth = dataclasses.replace(
        POSTGRESQL, name="yugabytedb", title="YugabyteDB", schemes=("yugabytedb",)
    )
    monkeypatch.setitem(engines._BY_NAME, sixth.name, sixth)
    engine_list = (*ENGINES, sixth)
    for url, engine in (("yugabytedb://host/shop", sixth), ("postgresql://host/shop", POSTGRESQL)):
        connection = SimpleNamespace(settings_dict=settings_from_url(url, engine_list))
        assert engine_of(connection) is engine
    plain = SimpleNamespace(settings_dict={"ENGINE": POSTGRESQL.backend})
    assert engine_of(plain) is POSTGRESQL


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_scheme_leads_to_its_engine(engine: Any) -> None:
    """With its backend and its default port."""
    for scheme in engine.schemes:
        host = "" if engine.default_port is None else "db.example"
        found = settings(f"{scheme}://{host}/shop")

        assert found["ENGINE"] == engine.backend
        assert found["NAME"] == "shop"
        assert found.get("PORT") == engine.default_port


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_no_option_is_about_tls_unless_told(engine: Any) -> None:
    """It is left to the driver then."""
    for driver in engine.drivers:
        assert [name for name in engine.options(driver, Tls()) if "ssl" in name] == []


def test_every_part_of_a_server_is_decoded() -> None:
    """Names and passwords may hold anything, written with percent signs."""
    assert settings("postgresql://us%40er:p%2F%3A%23%20s@db.example:6432/sh%2Fop") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "sh/op",
        "HOST": "db.example",
        "PORT": 6432,
        "USER": "us@er",
        "PASSWORD": "p/:# s",
    }


def test_a_plus_sign_is_a_plus_sign() -> None:
    """A password is no web form."""
    assert settings("tidb://u:a+b@h/d")["PASSWORD"] == "a+b"


def test_a_server_without_host_is_this_machine() -> None:
    """By its address, which no driver takes for a socket."""
    found = settings("mariadb:///shop")

    assert (found["HOST"], found["PORT"], found["USER"]) == ("127.0.0.1", 3306, "")


def test_an_ipv6_host_stands_in_brackets() -> None:
    """And is handed on without them."""
    found = settings("cockroachdb://root@[2001:db8::1]:26258/shop")

    assert (found["HOST"], found["PORT"]) == ("2001:db8::1", 26258)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///shop.sqlite3", "shop.sqlite3"),
        ("sqlite:////var/lib/shop.sqlite3", "/var/lib/shop.sqlite3"),
        ("sqlite:///my%20shop.sqlite3", "my shop.sqlite3"),
    ],
)
def test_a_file_is_relative_or_absolute(url: str, name: str) -> None:
    """A file has no port and no user."""
    assert settings(url) == {"ENGINE": "django.db.backends.sqlite3", "NAME": name}


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("oracle://h/d", "the scheme 'oracle' is not one of sqlite:, postgresql:, mariadb:, tidb:"),
        ("/var/lib/shop.sqlite3", "the scheme '(none)'"),
        ("postgresql://h:x/d", "its host or port cannot be read"),
        ("postgresql://h:65536/d", "its host or port cannot be read"),
        ("postgresql://[::1/d", "its host or port cannot be read"),
        ("postgresql://h", "it names no database"),
        ("postgresql://h/", "it names no database"),
        ("sqlite://", "it names no database"),
        ("sqlite://shop.sqlite3", "SQLite is a file and has no host: write sqlite:///FILE"),
        ("postgresql://h/d?pool=1", "PostgreSQL has no option 'pool'; it takes tls, ca, cert, key"),
        ("postgresql://h/d?driver=psycopg", "PostgreSQL has no option 'driver'"),
        ("sqlite:///d?tls=require", "SQLite has no option 'tls'; it takes none"),
        ("tidb://h/d?Driver=pymysql", "TiDB has no option 'Driver'"),
        ("tidb://h/d?driver=odd", "driver=odd is unknown; it takes pymysql, mysqlclient"),
        ("tidb://h/d?tls=always", "tls=always is unknown; it takes disable, require, verify-ca"),
        ("postgresql://h/d?sslmode=prefer", "tls=prefer is unknown"),
        ("tidb://h/d?tls=disable&tls=require", "the option 'tls' is given twice"),
        ("tidb://h/d?tls=disable&sslmode=require", "the option 'sslmode' is given twice"),
        ("tidb://h/d?ca=", "the option 'ca' is empty"),
        ("tidb://h/d?tls", "the option 'tls' is empty"),
        ("tidb://h/d?ca=/no/ca.pem", "ca=/no/ca.pem: there is no such file"),
        ("tidb://h/d?tls=verify-ca", "tls=verify-ca needs ca"),
        ("tidb://h/d?tls=verify-ca&ca=system", "tls=verify-ca needs ca"),
        ("tidb://h/d?tls=disable&ca=/ca.pem", "ca, cert and key need tls=require, verify-ca or"),
        ("tidb://h/d?cert=/c.pem&key=/k.pem", "ca, cert and key need tls=require, verify-ca or"),
        ("tidb://h/d?tls=require&ca=/ca.pem", "tls=require asks no authority"),
        ("tidb://h/d?tls=require&cert=/c.pem", "cert and key go together"),
        ("tidb://h/d?tls=require&driver=mysqlclient", "tls=require may end in plain text"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(url: str, part: str) -> None:
    """One sentence, which begins with the setting."""
    assert part in complaint(url)


@pytest.mark.parametrize(
    "url", ["postgresql://u:se/cret@h/d", "postgresql://u:se#cret@h/d", "tidb://u:se?cret@h/d"]
)
def test_no_complaint_quotes_a_password(url: str) -> None:
    """Which makes a URL unreadable where its signs are not written with percent signs."""
    said = complaint(url)

    assert "%2F %23 %3F %40" in said
    assert "cret" not in said


def test_the_driver_is_the_first_unless_asked_for() -> None:
    """PyMySQL answers to the name that Django knows; mysqlclient is left as it is."""
    sys.modules.pop("MySQLdb", None)

    settings("mysql://h/d?driver=mysqlclient")
    untouched = "MySQLdb" not in sys.modules
    settings("mysql://h/d")

    assert untouched
    assert sys.modules["MySQLdb"].__name__ == "pymysql"


def test_the_quickstarts_names_are_understood(tmp_path: Path) -> None:
    """All of them, and a CA has certificate and host name checked."""
    ca = tmp_path / "ca.pem"
    ca.touch()
    found = from_env(
        TIDB_HOST="gateway.example",
        TIDB_PORT="4001",
        TIDB_USER="prefix.root",
        TIDB_PASSWORD="p@ss",
        TIDB_DB_NAME="shop",
        CA_PATH=str(ca),
    )
    given = found.pop("OPTIONS")

    assert found == {
        "ENGINE": "django_tidb",
        "ENGINE_NAME": "tidb",
        "NAME": "shop",
        "HOST": "gateway.example",
        "PORT": 4001,
        "USER": "prefix.root",
        "PASSWORD": "p@ss",
    }
    assert given["ssl"] == {"check_hostname": True, "verify_mode": True, "ca": str(ca)}


def test_the_quickstarts_names_have_defaults() -> None:
    """All but the host."""
    found = from_env(TIDB_HOST="h", TIDB_PORT="", TIDB_PASSWORD="", CA_PATH="")

    assert (found["PORT"], found["USER"], found["PASSWORD"], found["NAME"]) == (
        4000,
        "root",
        "",
        "test",
    )
    assert "ssl" not in found["OPTIONS"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIDB_PORT", "4k"), ("TIDB_PORT", "0"), ("TIDB_PORT", "65536"), ("CA_PATH", "/no/ca.pem")],
)
def test_a_wrong_quickstart_name_is_told(name: str, value: str) -> None:
    """By the name that was used, not by another."""
    with pytest.raises(BadDatabaseUrl, match=rf"^{name}: '?{value}"):
        from_env(TIDB_HOST="h", **{name: value})


def test_the_url_goes_before_the_quickstarts_names() -> None:
    """And both before the embedded file."""
    both = from_env(DATABASE_URL="postgresql://h/d", TIDB_HOST="h")
    neither = from_env(DATABASE_URL="", TIDB_HOST="")

    assert both["ENGINE"] == "django.db.backends.postgresql"
    assert neither["NAME"] == "/data/t.sqlite3"
    assert set(DATABASE_NAMES) >= {"DATABASE_URL", "TIDB_HOST", "CA_PATH"}
