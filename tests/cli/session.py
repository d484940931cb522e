"""Terminal sessions in documentation: their commands and output."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.cli.served import ROOT, environment

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)")
SECRET = re.compile(r"tp_[A-Za-z0-9_-]{43}")
ASSIGNMENT = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


def steps(text: str) -> list[tuple[str, str]]:
    """Return the commands in a page's sessions, each with its output."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def typed(command: str, url: str, data: Path) -> str:
    """Return a command's output, including errors."""
    words = shlex.split(command.replace("localhost:8000", url.removeprefix("http://")))
    more: dict[str, str] = {}
    while assigned := ASSIGNMENT.fullmatch(words[0]):
        more[assigned[1]] = assigned[2]
        words.pop(0)
    if words[0] in ("make", "tradepost"):
        # What the target calls, without setting the environment up anew.
        words = [sys.executable, str(ROOT / "manage.py"), *words[1:]]
    ended = subprocess.run(
        words,
        env=environment(data, **more),
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return ended.stdout


def alike(text: str) -> str:
    """Return output with its times and secrets replaced."""
    return SECRET.sub("<secret>", TIME.sub("<time>", text)).strip()
