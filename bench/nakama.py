"""Nakama, the fastest open backend found that trades: built once from its Go module, and served."""

from __future__ import annotations

import os
from pathlib import Path

from tools import golang
from tools.servers import cache

VERSION = "v3.40.0"
TOOLCHAIN = "go1.26.8"
PACKAGE = "github.com/heroiclabs/nakama/v3"
# Its module pins what it is built from; beside it lies the trade, as Nakama's users write it.
MODULE = Path(__file__).with_name("peers")


def program() -> Path:
    """Return the path of the server's program, whether it is built or not."""
    return cache.built("nakama", VERSION, MODULE)


def unavailable() -> str | None:
    """Return why it cannot be started, or None."""
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
