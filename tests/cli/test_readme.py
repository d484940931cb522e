"""The README's session prints what the README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.served import ROOT, served
from tests.cli.session import alike, steps, typed

README = (ROOT / "README.md").read_text()


def test_the_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    session = steps(README)
    assert len(session) >= 8

    with served(tmp_path) as server:
        printed = [(command, typed(command, server.url, tmp_path)) for command, _ in session]

    assert [(command, alike(output)) for command, output in printed] == [
        (command, alike(output)) for command, output in session
    ]


@pytest.mark.parametrize("target", re.findall(r"`make ([a-z]+)", README))
def test_every_make_target_of_the_readme_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", re.findall(r"\]\(([a-zA-Z./_-]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()
