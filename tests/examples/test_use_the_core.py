"""The guide to the core: its commands print what it says, and its code is the example's."""

from __future__ import annotations

import itertools
import shlex
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, FENCE
from tests.examples.project import EXAMPLE, Project

pytestmark = pytest.mark.once

PAGE = DOCS / "how-to" / "use-the-core.md"
PROGRAM = ["python", "examples/seats/manage.py"]
BLOCKS = FENCE.findall(PAGE.read_text())


def test_its_commands_print_what_it_says(tmp_path: Path) -> None:
    """Each block of commands, in order, on an empty database."""
    project = Project(tmp_path, {})
    printed: list[str] = []
    said: list[str] = []

    for (language, block), (_, output) in itertools.pairwise(BLOCKS):
        if language != "sh":
            continue
        lines = []
        for command in block.splitlines():
            words = shlex.split(command)
            assert words[:2] == PROGRAM
            lines.append(project.manage(*words[2:]).printed)
        printed.append("\n".join(line for line in lines if line))
        said.append(output.strip())

    assert printed == said
    assert len(printed) == 4


def test_its_code_is_the_examples() -> None:
    """Every block of Python stands in a file of the example as it is."""
    sources = [path.read_text() for path in EXAMPLE.rglob("*.py")]
    blocks = [block for language, block in BLOCKS if language == "python"]

    missing = [block for block in blocks if not any(block in source for source in sources)]

    assert missing == []
    assert len(blocks) == 6
