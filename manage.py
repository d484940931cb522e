#!/usr/bin/env python3
"""Django's own entry, as the documents use it: `python manage.py migrate`, `… runserver`."""

from __future__ import annotations

import sys

from tradepost.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv))
