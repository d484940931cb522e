"""The cache folder for programs that `make engines` builds."""

import hashlib
import os
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Return the cache folder, which may not exist yet."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "tradepost" / "engines"


def built(name: str, version: str, module: Path) -> Path:
    """Return the path for the program built from a Go module; it depends on the sources."""
    state = hashlib.sha256()
    for path in sorted([*module.glob("go.*"), *module.glob("*.go")]):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    return folder() / f"{name}-{version}-{state.hexdigest()[:12]}"
