"""The OpenAPI document as a file: `python -m tests.api.snapshot` writes it anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def rendered() -> str:
    """Return the document as it is now."""
    from tradepost.api.app import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    FILE.write_text(rendered())


if __name__ == "__main__":
    main()
