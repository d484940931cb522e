"""The example files for deployment, compared with the server's own values."""

from __future__ import annotations

import configparser
import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.cli.served import ROOT
from tests.docs.pages import DEPLOY
from tools.docs_settings import settings as all_settings
from tradepost.cli.server import GRACE_S, KEEP_ALIVE_S

NGINX = (DEPLOY / "nginx.conf").read_text()
CADDY = (DEPLOY / "Caddyfile").read_text()
HOST = "shop.example.org"


def test_the_unit_can_be_read_and_lets_the_server_end_in_order() -> None:
    """It allows more time to stop than a request may take."""
    unit = configparser.ConfigParser(interpolation=None, delimiters="=")
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "tradepost.service")

    assert unit.sections() == ["Unit", "Service", "Install"]
    service = unit["Service"]
    assert (service["Type"], service["KillMode"]) == ("notify", "mixed")
    assert int(service["TimeoutStopSec"]) > GRACE_S
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert service["ExecStart"].split()[:2] == ["/opt/tradepost/.venv/bin/tradepost", "serve"]


def environment_file() -> dict[str, str]:
    """Return the settings in the example."""
    lines = (DEPLOY / "tradepost.env").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_the_settings_are_settings() -> None:
    """They open the server to other machines; the example contains no secret key to copy."""
    given = environment_file()

    assert given.keys() <= {setting.name for setting in all_settings()}
    assert (given["ALLOWED_HOSTS"], given["TRUSTED_PROXIES"]) == (HOST, "127.0.0.1")
    assert given["SECRET_KEY"] == ""


def compose() -> dict[str, Any]:
    """Return the contents of compose.yaml."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def test_the_containers_are_told_what_the_server_needs() -> None:
    """The settings exist, and the network of the proxy is trusted."""
    read = compose()
    services = read["services"]
    subnet = read["networks"]["inside"]["ipam"]["config"][0]["subnet"]

    assert services.keys() == {"database", "migrate", "tradepost", "proxy"}
    for name in ("migrate", "tradepost"):
        given = services[name]["environment"]
        assert given.keys() <= {setting.name for setting in all_settings()}
        assert (given["ALLOWED_HOSTS"], given["TRUSTED_PROXIES"]) == (HOST, subnet)
    assert "ports" not in services["tradepost"]
    assert int(services["tradepost"]["stop_grace_period"].removesuffix("s")) > GRACE_S


def test_the_containers_are_made_of_files_that_are_there() -> None:
    """The files copied into the image and those mounted exist."""
    read = compose()
    build = read["services"]["tradepost"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    dockerfile = ROOT / build["dockerfile"]

    copied = re.findall(r"^COPY (\S+) ", dockerfile.read_text(), re.MULTILINE)
    mounted = [
        volume.partition(":")[0]
        for service in read["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]

    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()[1:]
    assert ignored[0] == "*"
    assert all((ROOT / line.removeprefix("!")).exists() for line in ignored[1:])
    assert copied == ["requirements/run.txt", "."]
    assert all((ROOT / path).exists() for path in copied)
    assert mounted == ["./Caddyfile"]
    assert all((DEPLOY / path).exists() for path in mounted)


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-For", "X-Forwarded-Proto"])
def test_nginx_passes_what_the_server_asks_for(header: str) -> None:
    assert re.search(rf"^ +proxy_set_header {header} +\S+;$", NGINX, re.MULTILINE)


def test_the_proxies_limits_are_the_servers() -> None:
    """The same body limit, and idle connections closed before the server closes them."""
    mebibytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20

    assert f"client_max_body_size {mebibytes}m;" in NGINX
    assert f"max_size {mebibytes}MiB" in CADDY
    idle = re.findall(r"(?:keepalive_timeout|\tkeepalive) (\d+)s", NGINX + CADDY)
    assert len(idle) == 2
    assert all(int(seconds) < KEEP_ALIVE_S for seconds in idle)
    assert "large_client_header_buffers" in NGINX
    assert "max_header_size" in CADDY


def test_the_sites_are_balanced() -> None:
    """Every block is closed."""
    for text in (NGINX, CADDY):
        assert text.count("{") == text.count("}")
