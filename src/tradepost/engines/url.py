"""Turns ``DATABASE_URL`` (or the quickstart's ``TIDB_*`` names) into Django's settings."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from tradepost.engines.base import Engine
from tradepost.engines.tls import SYNONYMS, Tls

UNREADABLE = (
    "its host or port cannot be read; / # ? @ : [ and ] in a user's name or password "
    "are written as %2F %23 %3F %40 %3A %5B and %5D"
)
TLS_OPTIONS = ("tls", "ca", "cert", "key")


class BadDatabaseUrl(ImproperlyConfigured):
    """The setting that names the database cannot be used; the text says why."""


def engine_of_scheme(scheme: str, engines: tuple[Engine, ...]) -> Engine:
    """Return the engine that a URL scheme names.

    Raises:
        BadDatabaseUrl: No engine has this scheme.
    """
    for engine in engines:
        if scheme in engine.schemes:
            return engine
    known = ", ".join(f"{engine.schemes[0]}:" for engine in engines)
    raise BadDatabaseUrl(f"DATABASE_URL: the scheme {scheme or '(none)'!r} is not one of {known}")


def settings_from_url(url: str, engines: tuple[Engine, ...]) -> dict[str, Any]:
    """Translate a URL into one entry of Django's DATABASES.

    Raises:
        BadDatabaseUrl: It is not a URL, or the scheme, the port or an option is unknown.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python's own message may quote a part of the password.
        raise BadDatabaseUrl(f"DATABASE_URL: {UNREADABLE}") from None
    if parts.fragment:
        raise BadDatabaseUrl(f"DATABASE_URL: {UNREADABLE}")
    engine = engine_of_scheme(parts.scheme, engines)
    if engine.default_port is None and parts.netloc:
        raise BadDatabaseUrl(
            f"DATABASE_URL: {engine.title} is a file and has no host: "
            f"write {engine.schemes[0]}:///FILE, with one more slash where FILE begins with one"
        )
    options = _options(parts.query, engine)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise BadDatabaseUrl("DATABASE_URL: it names no database after the host's slash")
    settings: dict[str, Any] = {"NAME": name}
    if engine.default_port is not None:
        settings |= {
            "HOST": parts.hostname or "127.0.0.1",
            "PORT": port or engine.default_port,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
        }
    return _complete(settings, engine, options)


def settings_from_tidb_names(env: Mapping[str, str], engines: tuple[Engine, ...]) -> dict[str, Any]:
    """Translate the quickstart's names: TIDB_HOST, _PORT, _USER, _PASSWORD, _DB_NAME, CA_PATH."""
    engine = engine_of_scheme("tidb", engines)
    port = env.get("TIDB_PORT") or str(engine.default_port)
    if not port.isdecimal() or int(port) not in range(1, 2**16):
        raise BadDatabaseUrl(f"TIDB_PORT: {port!r} is not a port number")
    settings = {
        "NAME": env.get("TIDB_DB_NAME") or "test",
        "HOST": env["TIDB_HOST"],
        "PORT": int(port),
        "USER": env.get("TIDB_USER") or "root",
        "PASSWORD": env.get("TIDB_PASSWORD") or "",
    }
    ca = env.get("CA_PATH")
    if ca and not Path(ca).is_file():
        raise BadDatabaseUrl(f"CA_PATH: {ca}: there is no such file")
    return _complete(settings, engine, {"ca": ca} if ca else {})


def _options(query: str, engine: Engine) -> dict[str, str]:
    known = (TLS_OPTIONS if engine.takes_tls else ()) + (
        ("driver",) if len(engine.drivers) > 1 else ()
    )
    options: dict[str, str] = {}
    for given, value in parse_qsl(query, keep_blank_values=True):
        name = SYNONYMS.get(given, given)
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise BadDatabaseUrl(f"DATABASE_URL: {engine.title} has no option {given!r}; {takes}")
        if not value:
            raise BadDatabaseUrl(f"DATABASE_URL: the option {given!r} is empty")
        if name in options:
            raise BadDatabaseUrl(f"DATABASE_URL: the option {given!r} is given twice")
        options[name] = value
    return options


def _complete(
    settings: dict[str, Any], engine: Engine, options: Mapping[str, str]
) -> dict[str, Any]:
    driver = options.get("driver", engine.drivers[0])
    if driver not in engine.drivers:
        raise BadDatabaseUrl(
            f"DATABASE_URL: driver={driver} is unknown; it takes {', '.join(engine.drivers)}"
        )
    try:
        tls = Tls.from_options(options)
        given = engine.options(driver, tls)
    except ValueError as error:
        raise BadDatabaseUrl(f"DATABASE_URL: {error}") from error
    for name in ("ca", "cert", "key"):
        path = getattr(tls, name)
        if path and not Path(path).is_file():
            raise BadDatabaseUrl(f"DATABASE_URL: {name}={path}: there is no such file")
    if driver == "pymysql":
        # Django imports MySQLdb, and PyMySQL can replace it.
        importlib.import_module("pymysql").install_as_MySQLdb()
    return settings | {"ENGINE": engine.backend, "ENGINE_NAME": engine.name, "OPTIONS": given}
