"""Builds Nakama, the fastest open-source backend found that trades, and serves it."""

from __future__ import annotations

import os
from pathlib import Path

from tools import golang
from tools.servers import cache

VERSION = "v3.40.0"
TOOLCHAIN = "go1.26.8"
PACKAGE = "github.com/heroiclabs/nakama/v3"
# The Go module pins the sources. Beside it is the trade, written the way Nakama's users write it.
MODULE = Path(__file__).with_name("peers")


def program() -> Path:
    """Return the path of the server's executable, whether or not it is built."""
    return cache.built("nakama", VERSION, MODULE)


def unavailable() -> str | None:
    """Return why it cannot be started, or None if it can."""
    if os.access(program(), os.X_OK):
        return None
    return "Nakama is not built; `make bench ONLY=peers` builds it"


def build() -> None:
    """Build it, unless it is built already.

    Raises:
        BuildError: It cannot be built.
    """
    if unavailable():
        flags = f"-s -w -X main.version={VERSION[1:]}"
        what = "Nakama (some two minutes)"
        golang.build(what, MODULE, PACKAGE, flags, program(), TOOLCHAIN)
