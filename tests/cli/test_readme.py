"""The README's session, typed line by line against a server: it prints what the README prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.served import ROOT, environment, served

pytestmark = pytest.mark.once

README = (ROOT / "README.md").read_text()
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)")


def steps() -> list[tuple[str, str]]:
    """Return each command of the session with the output printed under it."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def typed(command: str, url: str, data: Path) -> str:
    """Return what a command prints, with its times made alike."""
    words = shlex.split(command.replace("localhost:8000", url.removeprefix("http://")))
    if words[0] == "make":
        # What the target calls, without setting the environment up anew.
        words = [sys.executable, str(ROOT / "manage.py"), *words[1:]]
    ended = subprocess.run(
        words, env=environment(data), cwd=data, capture_output=True, text=True, check=True
    )
    return ended.stdout


def alike(text: str) -> str:
    return TIME.sub("<time>", text).strip()


def test_the_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    """Every line of it, in order, on an empty database."""
    session = steps()
    assert len(session) >= 8

    with served(tmp_path) as server:
        printed = [(command, typed(command, server.url, tmp_path)) for command, _ in session]

    assert [(command, alike(output)) for command, output in printed] == [
        (command, alike(output)) for command, output in session
    ]


@pytest.mark.parametrize("target", re.findall(r"`make ([a-z]+)", README))
def test_every_make_target_of_the_readme_is_there(target: str) -> None:
    """No promise without a target."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", re.findall(r"\]\(([a-zA-Z./_-]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(path: str) -> None:
    """Files and folders that are there."""
    assert (ROOT / path).exists()
