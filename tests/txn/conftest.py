"""What the transaction core's tests share; those that execute units hold for both ways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections

from tests.toy.off import switch_receipts_off
from tests.txn.bench import Bench
from tests.txn.proxy import Proxy, mysql_messages, pg_messages
from tradepost.engines import Engine
from tradepost.engines.codes import errno, sqlstate

# Which protocol a server speaks shows in where its errors keep their codes. The proxy cannot read
# what is encrypted; one of the drivers encrypts whenever the server can.
PROTOCOLS = {sqlstate: (pg_messages, {"sslmode": "disable"}), errno: (mysql_messages, {})}


@pytest.fixture
def committed(way: str, committed: None) -> None:
    """A database whose commits are real, for units that are executed either way."""


@pytest.fixture
def bench(committed: None, engine: Engine, way: str) -> Bench:
    """Makes moves with faults in them."""
    return Bench(engine, way)


@pytest.fixture
def receipts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switches receipts off, for a negative control."""
    switch_receipts_off(monkeypatch)


@pytest.fixture
def proxy(committed: None, engine: Engine) -> Iterator[Proxy]:
    """A proxy that this test's connections go through."""
    if engine.default_port is None:
        pytest.skip(f"{engine.title} is a file: there is no connection to cut")
    connection = connections["default"]
    settings = connection.settings_dict
    reader, plain = PROTOCOLS[engine.code_of]
    proxy = Proxy(settings["HOST"], int(settings["PORT"]), reader)
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings, "HOST", "127.0.0.1")
        patch.setitem(settings, "PORT", proxy.port)
        patch.setitem(settings, "OPTIONS", settings["OPTIONS"] | plain)
        yield proxy
        connection.close()
    proxy.close()
