"""The documentation's pages, and what in them is code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.cli.served import ROOT

DOCS = ROOT / "docs"
DEPLOY = ROOT / "deploy"
REFERENCE = DOCS / "reference"
PAGES = sorted(DOCS.rglob("*.md"))
# What somebody wrote, and nobody generated.
WRITTEN = [page for page in PAGES if REFERENCE not in page.parents]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")


def told(path: Path) -> str:
    """Return a page's name, as a test is called after it."""
    return str(path.relative_to(DOCS))


def code_of(page: Path) -> Iterator[str]:
    """Yield every line of a page that is code: of its blocks, and within its sentences."""
    text = page.read_text()
    for _language, block in FENCE.findall(text):
        yield from block.replace("\\\n", " ").splitlines()
    yield from SPAN.findall(FENCE.sub("", text))
