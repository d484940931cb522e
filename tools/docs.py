"""Generate the reference from the code, and build the documentation into build/docs.

Usage: python -m tools.docs [--check]. With --check, it only reports pages that are out of date.
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
BUILT = ROOT / "build" / "docs"


def main(arguments: list[str]) -> int:
    """Check, or write and build; return the exit status."""
    pages = generated()
    if "--check" in arguments:
        stale = [path for path, text in pages.items() if _read(path) != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the code says: run `make docs`.")
        return 1 if stale else 0
    REFERENCE.mkdir(exist_ok=True)
    for path, text in pages.items():
        if _read(path) != text:
            path.write_text(text)
    return build(BUILT)


def generated() -> dict[Path, str]:
    """Return the text of each generated page, by its file."""
    _set_up()
    # Imported only now, because the product reads its settings on import.
    from tools import docs_code, docs_commands, docs_settings  # noqa: PLC0415

    texts = {
        "settings": docs_settings.page(),
        "commands": docs_commands.page(),
        "problems": docs_code.problems_page(),
        "rights": docs_code.rights_page(),
        "databases": docs_code.databases_page(),
    }
    return {REFERENCE / f"{name}.md": text for name, text in texts.items()}


def build(into: Path) -> int:
    """Build the pages, with warnings as errors; return the exit status."""
    from sphinx.cmd.build import build_main  # noqa: PLC0415

    doctrees = into.with_name(f"{into.name}-doctrees")
    options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(doctrees)]
    status = build_main([*options, str(DOCS), str(into)])
    if status == 0:
        print(f"Built: {into / 'index.html'}")
    return status


def _set_up() -> None:
    """Set up Django with the product's default settings, whatever the environment says."""
    from tools.docs_settings import settings  # noqa: PLC0415

    for setting in settings():
        os.environ.pop(setting.name, None)
    # In an empty folder, so that no .env file is read and no data is touched.
    empty_folder = tempfile.mkdtemp(prefix="tradepost-docs-")
    os.environ |= {
        "SECRET_KEY": "only for the reference",
        "TRADEPOST_DATA": empty_folder,
        "DJANGO_SETTINGS_MODULE": "tradepost.config.settings",
    }
    before = Path.cwd()
    os.chdir(empty_folder)
    try:
        import django  # noqa: PLC0415

        django.setup()
    finally:
        os.chdir(before)
        Path(empty_folder).rmdir()


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
