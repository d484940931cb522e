"""A smoke test over HTTP: `tradepost serve` does its main work on the engine under test."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.api import test_tutorial_players, test_tutorial_shop
from tests.api.conftest import fresh
from tests.cli.served import TIMEOUT_S, Served, environment, run, served

__all__ = ["fresh"]
needs_curl = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="no curl here"
)


@pytest.fixture
def database_url(fresh: None) -> str:
    """The URL of the test database, with the driver under test."""
    name = connection.settings_dict["NAME"]
    given = urlsplit(os.environ["DATABASE_URL"])
    return f"{given.scheme}://{given.netloc}/{name}" + (f"?{given.query}" if given.query else "")


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A served Tradepost on the empty test database."""
    with served(tmp_path, DATABASE_URL=database_url) as found:
        yield found
        assert found.interrupt() == 0


def post(server: Served, path: str, body: object, **headers: str) -> Any:
    """POST JSON to v1 and return the JSON of the answer."""
    request = urllib.request.Request(
        f"{server.url}/api/v1/{path}", json.dumps(body).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        return json.load(answer)


def get(server: Served, path: str) -> Any:
    """GET from v1 and return the JSON of the answer."""
    status, content = server.get(f"/api/v1/{path}")
    assert status == 200
    return json.loads(content)


@needs_curl
@pytest.mark.parametrize(
    ("script", "printed"),
    [
        (test_tutorial_players.SCRIPT, test_tutorial_players.PRINTED),
        (test_tutorial_shop.SCRIPT, test_tutorial_shop.PRINTED),
    ],
    ids=["players", "shop"],
)
def test_a_tutorials_script_prints_what_the_tutorial_says(
    server: Served, script: str, printed: list[str]
) -> None:
    done = subprocess.run(
        ["bash", "-c", script.format(url=server.url)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.split("\n\n") == printed


def test_trade_purchase_page_and_audit(server: Served, database_url: str, tmp_path: Path) -> None:
    """A repeated key changes nothing, the pages show what was done, and every invariant holds."""
    batch = {"players": [{"name": "Ann", "goods": 20}, {"name": "Bob", "coins": 100}]}
    seller, buyer = (player["id"] for player in post(server, "players/batch", batch)["players"])
    terms = {"seller": seller, "buyer": buyer, "goods": 5, "coins": 30}
    key = {"Idempotency-Key": "smoke"}
    traded = post(server, "trades", terms, **key)
    replayed = post(server, "trades", terms, **key)
    lamp = post(server, "products", {"name": "Lamp", "price": "12.50", "stock": 3})["id"]
    bought = post(server, "purchases", {"username": "carl", "product": lamp, "quantity": 2})

    assert replayed == traded
    assert [entry["coins_after"] for entry in get(server, f"players/{buyer}/entries")["items"]] == [
        70,
        100,
    ]
    assert get(server, f"products/{lamp}")["stock"] == 1
    assert bought["total"] == "25.00"
    page = server.get(f"/players/{buyer}/")[1].decode()
    assert "Bob" in page
    assert traded["id"] in page
    assert "Lamp" in server.get("/shop/")[1].decode()
    audit = run("audit", env=environment(tmp_path, DATABASE_URL=database_url), cwd=tmp_path)
    assert (audit.returncode, audit.stdout.splitlines()[-1]) == (0, "Everything holds.")
