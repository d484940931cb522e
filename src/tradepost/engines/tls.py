"""The TLS options, translated for each driver."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DISABLE, REQUIRE, VERIFY_CA, VERIFY_FULL = "disable", "require", "verify-ca", "verify-full"
MODES = (DISABLE, REQUIRE, VERIFY_CA, VERIFY_FULL)

# libpq's name for the system's certificate authorities.
SYSTEM = "system"

# Names of the same options in CockroachDB's and PostgreSQL's documentation.
SYNONYMS = {"sslmode": "tls", "sslrootcert": "ca", "sslcert": "cert", "sslkey": "key"}


@dataclass(frozen=True, kw_only=True)
class Tls:
    """How a connection is encrypted.

    Attributes:
        mode: ``disable``, ``require`` (encrypted, identity not checked), ``verify-ca``
            (certificate checked) or ``verify-full`` (certificate and host name checked); None
            leaves it to the driver.
        ca: File of the certificate authority; without one, ``verify-full`` trusts the system's.
        cert: The client's certificate file.
        key: The client's key file.
    """

    mode: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, str]) -> "Tls":
        """Make one from URL options.

        A ``ca`` alone means ``verify-full``: naming an authority means that it must be checked.

        Raises:
            ValueError: The mode is unknown, or files are named that it does not use.
        """
        mode = options.get("tls") or (VERIFY_FULL if options.get("ca") else None)
        if mode is not None and mode not in MODES:
            raise ValueError(f"tls={mode} is unknown; it takes {', '.join(MODES)}")
        files = {name: options.get(name) for name in ("ca", "cert", "key")}
        if mode in (None, DISABLE) and any(files.values()):
            raise ValueError("ca, cert and key need tls=require, verify-ca or verify-full")
        if mode == REQUIRE and files["ca"]:
            # libpq would check it anyway, and PyMySQL would not.
            raise ValueError("tls=require asks no authority: with ca, say verify-ca or verify-full")
        if bool(files["cert"]) != bool(files["key"]):
            raise ValueError("cert and key go together")
        if files["ca"] == SYSTEM:
            files["ca"] = None
        if mode == VERIFY_CA and not files["ca"]:
            raise ValueError("tls=verify-ca needs ca: without one anybody's certificate will do")
        return cls(mode=mode, **files)

    def for_libpq(self) -> dict[str, Any]:
        """Translate for psycopg (libpq checks the host name only at ``verify-full``)."""
        options = {
            "sslmode": self.mode,
            "sslrootcert": self.ca or (SYSTEM if self.mode == VERIFY_FULL else None),
            "sslcert": self.cert,
            "sslkey": self.key,
        }
        return {name: value for name, value in options.items() if value}

    def for_pymysql(self) -> dict[str, Any]:
        """Translate for PyMySQL.

        Does not use its ``ssl_…`` arguments: without a file, PyMySQL accepts an unencrypted
        connection, and without a CA it does not check the host name (1.2.4, connections.py).

        Raises:
            ValueError: The system's authorities are needed, and Python finds none.
        """
        if self.mode is None:
            return {}
        if self.mode == DISABLE:
            return {"ssl_disabled": True}
        checks: dict[str, Any] = {
            "check_hostname": self.mode == VERIFY_FULL,
            "verify_mode": self.mode != REQUIRE,
        }
        if self.mode == VERIFY_FULL and not self.ca:
            checks |= _system_authorities()
        return {"ssl": checks | self._files()}

    def for_mysqlclient(self) -> dict[str, Any]:
        """Translate for mysqlclient, whose ``ssl={"ca": …}`` alone does not check the host.

        Over MariaDB's Connector/C, ``VERIFY_CA`` checks the host as well.

        Raises:
            ValueError: The mode is ``require``: with MariaDB's Connector/C (3.3), mysqlclient may
                accept an unencrypted connection.
        """
        if self.mode is None:
            return {}
        if self.mode == REQUIRE:
            raise ValueError(
                "tls=require may end in plain text with driver=mysqlclient; "
                "say verify-ca or verify-full, or take another driver"
            )
        modes = {DISABLE: "DISABLED", VERIFY_CA: "VERIFY_CA", VERIFY_FULL: "VERIFY_IDENTITY"}
        files = self._files()
        return {"ssl_mode": modes[self.mode]} | ({"ssl": files} if files else {})

    def _files(self) -> dict[str, str]:
        files = {"ca": self.ca, "cert": self.cert, "key": self.key}
        return {name: value for name, value in files.items() if value}


def _system_authorities() -> dict[str, str]:
    """Return PyMySQL's options for the system's certificate authorities."""
    paths = ssl.get_default_verify_paths()
    found = {"ca": paths.cafile, "capath": paths.capath}
    given = {name: value for name, value in found.items() if value}
    if not given:
        raise ValueError("the system's authorities are not to be found: name one with ca")
    return given


def verifies_host(options: Mapping[str, Any]) -> bool:
    """Return whether a driver's options check the server's host name."""
    return (
        options.get("sslmode") == VERIFY_FULL
        or options.get("ssl_mode") == "VERIFY_IDENTITY"
        or bool(options.get("ssl", {}).get("check_hostname"))
    )
