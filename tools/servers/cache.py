"""Where the programs that `make engines` builds are kept."""

import hashlib
import os
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Return the folder for what was built, which need not exist."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "tradepost" / "engines"


def built(name: str, version: str, module: Path) -> Path:
    """Return where the program built from this state of a Go module is kept."""
    state = hashlib.sha256()
    for path in sorted([*module.glob("go.*"), *module.glob("*.go")]):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    return folder() / f"{name}-{version}-{state.hexdigest()[:12]}"
