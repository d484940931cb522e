"""Run one load: `python -m bench.load PLAN`, a line of JSON; prints its tally as another."""

from __future__ import annotations

import sys

from bench.load.answers import Unreadable
from bench.load.loop import Load
from bench.load.plan import Plan


def main() -> int:
    """Run it."""
    load = Load(Plan.from_json(sys.argv[1]), _tell)
    try:
        _tell(load.run().to_json())
    except (OSError, Unreadable) as error:
        sys.stderr.write(f"bench.load: {error}\n")
        return 1
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
