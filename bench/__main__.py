"""Run the benchmark: `python -m bench --only hot --engine tidb --rounds 3 --seconds 5`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from bench import nakama
from bench.invariants import Void
from bench.processes import Failed
from bench.record import Record
from bench.row import choose
from bench.rows import ROWS
from bench.runner import Runner, Settings
from bench.session import Timing
from tools.golang import BuildError
from tools.servers import ServerError

ROUNDS, SECONDS, WARMUP_S = 3, 4.0, 1.5
BROKEN, BAD_USE, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, report, and return 0 unless nothing counts; a goal that is missed is no error."""
    options = _options(argv)
    try:
        rows = choose(ROWS, options.only, options.engine)
        # Building takes minutes, so it has to be asked for; `make bench` reports what is not built.
        if options.only and any(row.has_peer for row in rows):
            nakama.build()
    except (ValueError, BuildError) as error:
        sys.stderr.write(f"bench: {error}\n")
        return BAD_USE if isinstance(error, ValueError) else BROKEN
    # A stop by `kill` tidies up as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    timing = Timing(min(WARMUP_S, options.seconds), options.seconds)
    record = Record(rows, options.rounds, timing)
    runner = Runner(rows, Settings(options.rounds, timing), record.take)
    try:
        runner.run()
    except Void as void:
        record.void(str(void))
        return BROKEN
    except (Failed, ServerError) as error:
        sys.stderr.write(f"bench: {error}\n")
        return BROKEN
    except KeyboardInterrupt:
        return INTERRUPTED
    record.finish(runner)
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    rows = ", ".join(dict.fromkeys(row.name for row in ROWS))
    parser.add_argument("--only", default="", help=f"rows, with commas between: {rows}")
    parser.add_argument("--engine", default="", help="engines, with commas between")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
