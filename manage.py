#!/usr/bin/env python3
"""Django's own entry, as the documents use it: `python manage.py migrate`, `… runserver`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

try:
    from tradepost.cli.main import main
except ModuleNotFoundError as error:
    # Called by another Python than the one that `make` set up: hand over to that one.
    if ENVIRONMENT.exists() and Path(sys.prefix) != ENVIRONMENT.parents[1]:
        os.execv(ENVIRONMENT, [str(ENVIRONMENT), *sys.argv])  # noqa: S606
    sys.exit(f"{error.name} is not installed here: `make run` sets everything up.")

if __name__ == "__main__":
    sys.exit(main(sys.argv))
