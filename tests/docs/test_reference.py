"""The generated pages are up to date, and the documentation builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.served import ROOT, environment
from tests.docs.pages import REFERENCE
from tools import docs_settings


def python(*arguments: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout, without settings that could end up in a page."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(tmp_path, PORT="9999"),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reference_is_what_the_code_says(tmp_path: Path) -> None:
    """`make docs` was run after the last change; the environment makes no difference."""
    checked = python("-m", "tools.docs", "--check", tmp_path=tmp_path)

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_stale_page_is_told(tmp_path: Path) -> None:
    """The message names the page and says what to do."""
    code = (
        "import sys; from pathlib import Path; from tools import docs; "
        "docs.generated = lambda: {docs.REFERENCE / 'settings.md': 'another'}; "
        "sys.exit(docs.main(['--check']))"
    )

    checked = python("-c", code, tmp_path=tmp_path)

    assert checked.returncode == 1
    assert checked.stdout == (
        "docs/reference/settings.md is not what the code says: run `make docs`.\n"
    )


def test_every_page_of_the_reference_is_generated(tmp_path: Path) -> None:
    """No page is left over from an earlier version."""
    code = "from tools import docs; print(*sorted(path.name for path in docs.generated()))"

    listed = python("-c", code, tmp_path=tmp_path)

    assert listed.stdout.split() == sorted(path.name for path in REFERENCE.iterdir())


def test_a_setting_without_a_comment_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comment above a setting is its only description."""
    source = tmp_path / "settings.py"
    source.write_text('# What it is for.\nA = env.str("A", "")\n\nNEW = env.str("NEW", "")\n')
    monkeypatch.setattr(docs_settings, "SETTINGS", source)

    with pytest.raises(docs_settings.Undocumented, match="nothing says what NEW is for"):
        docs_settings.page()


def test_a_setting_is_read_with_its_kind_and_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comment may have several lines, and has to describe a computed default."""
    source = tmp_path / "settings.py"
    source.write_text(
        '# How many\n# there are.\nN = env.int("N", 0)\n'
        '# Whether.\nB = env.bool("B", bool(N))\n'
        '# Of these.\nL = max(\n    env.list("L", []),\n)\n'
    )
    monkeypatch.setattr(docs_settings, "SETTINGS", source)

    found = {one.name: (one.kind, one.default, one.about) for one in docs_settings.settings()}

    assert found["N"] == ("number", "`0`", "How many there are.")
    assert found["B"] == ("yes or no", "as told here", "Whether.")
    assert found["L"] == ("list, with commas", "", "Of these.")
    assert found["DATABASE_URL"][0] == "text"


def test_the_documentation_is_built_without_a_warning(tmp_path: Path) -> None:
    """Every link and every page in the table of contents exists."""
    code = (
        "import sys; from pathlib import Path; from tools import docs; "
        f"sys.exit(docs.build(Path({str(tmp_path / 'built')!r})))"
    )

    built = python("-c", code, tmp_path=tmp_path)

    assert (built.returncode, built.stderr) == (0, "")
    index = (tmp_path / "built" / "index.html").read_text()
    # The pages work without a network: all files come from their own folder.
    assert not [
        part for part in ('src="http', "href='http", 'stylesheet" href="http') if part in index
    ]
