"""One vocabulary for TLS, translated for each driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DISABLE, REQUIRE, VERIFY_CA, VERIFY_FULL = "disable", "require", "verify-ca", "verify-full"
MODES = (DISABLE, REQUIRE, VERIFY_CA, VERIFY_FULL)

# What CockroachDB's and PostgreSQL's documents call the same things.
SYNONYMS = {"sslmode": "tls", "sslrootcert": "ca", "sslcert": "cert", "sslkey": "key"}


@dataclass(frozen=True, kw_only=True)
class Tls:
    """How a connection is to be encrypted.

    Attributes:
        mode: ``disable``, ``require`` (encrypted, nobody's identity checked), ``verify-ca``
            (certificate checked) or ``verify-full`` (certificate and host name checked); None
            leaves it to the driver.
        ca: File of the certificate authority; without one, the system's are trusted.
        cert: The client's certificate file.
        key: The client's key file.
    """

    mode: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, str]) -> Tls:
        """Make one from URL options.

        A ``ca`` alone means ``verify-full``: whoever names an authority wants it asked.

        Raises:
            ValueError: The mode is unknown, or files are named that it does not use.
        """
        mode = options.get("tls") or (VERIFY_FULL if options.get("ca") else None)
        if mode is not None and mode not in MODES:
            raise ValueError(f"tls={mode} is unknown; it takes {', '.join(MODES)}")
        files = {name: options.get(name) for name in ("ca", "cert", "key")}
        if mode in (None, DISABLE) and any(files.values()):
            raise ValueError("ca, cert and key need tls=require, verify-ca or verify-full")
        if bool(files["cert"]) != bool(files["key"]):
            raise ValueError("cert and key go together")
        if mode == VERIFY_CA and not files["ca"]:
            raise ValueError("tls=verify-ca needs ca: without one anybody's certificate will do")
        return cls(mode=mode, **files)

    def for_libpq(self) -> dict[str, Any]:
        """Translate for psycopg (libpq checks the host name only at ``verify-full``)."""
        options = {
            "sslmode": self.mode,
            "sslrootcert": self.ca or ("system" if self.mode == VERIFY_FULL else None),
            "sslcert": self.cert,
            "sslkey": self.key,
        }
        return {name: value for name, value in options.items() if value}

    def for_pymysql(self) -> dict[str, Any]:
        """Translate for PyMySQL."""
        if self.mode is None:
            return {}
        if self.mode == DISABLE:
            return {"ssl_disabled": True}
        options = {
            "ssl_ca": self.ca,
            "ssl_cert": self.cert,
            "ssl_key": self.key,
            "ssl_verify_cert": self.mode != REQUIRE,
            "ssl_verify_identity": self.mode == VERIFY_FULL,
        }
        return {name: value for name, value in options.items() if value is not None}

    def for_mysqlclient(self) -> dict[str, Any]:
        """Translate for mysqlclient, whose ``ssl={"ca": …}`` alone does not check the host."""
        if self.mode is None:
            return {}
        modes = {
            DISABLE: "DISABLED",
            REQUIRE: "REQUIRED",
            VERIFY_CA: "VERIFY_CA",
            VERIFY_FULL: "VERIFY_IDENTITY",
        }
        files = {"ca": self.ca, "cert": self.cert, "key": self.key}
        given = {name: value for name, value in files.items() if value}
        return {"ssl_mode": modes[self.mode]} | ({"ssl": given} if given else {})


def verifies_host(options: Mapping[str, Any]) -> bool:
    """Say whether a driver's options have the server's host name checked."""
    return (
        options.get("sslmode") == VERIFY_FULL
        or options.get("ssl_mode") == "VERIFY_IDENTITY"
        or bool(options.get("ssl_verify_identity"))
    )
