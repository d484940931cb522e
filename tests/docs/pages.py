"""The pages of the documentation, and the code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.cli.served import ROOT

DOCS = ROOT / "docs"
DEPLOY = ROOT / "deploy"
REFERENCE = DOCS / "reference"
PAGES = sorted(DOCS.rglob("*.md"))
# The pages that are not generated.
WRITTEN = [page for page in PAGES if REFERENCE not in page.parents]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")


def told(path: Path) -> str:
    """Return the name of a page, for test ids."""
    return str(path.relative_to(DOCS))


def code_of(page: Path) -> Iterator[str]:
    """Yield the code of a page: the lines of its blocks, and the code within its sentences."""
    text = page.read_text()
    for _language, block in FENCE.findall(text):
        yield from block.replace("\\\n", " ").splitlines()
    yield from SPAN.findall(FENCE.sub("", text))
