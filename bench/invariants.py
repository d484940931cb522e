"""What has to hold after every load; where it does not, the run is void."""

from __future__ import annotations

from bench.filling import Totals
from bench.load.plan import Tally


class Void(Exception):
    """An invariant is broken: nothing that was measured counts. The text says which."""


def check(before: Totals, after: Totals, tally: Tally) -> None:
    """Check that a load only moved what there was, and that the ledger has what was answered.

    Raises:
        Void: It has not.
    """
    for asset, had in before.kept.items():
        has = after.kept[asset]
        if had != has:
            raise Void(f"there were {had:,} {asset}, now there are {has:,}")
    if after.least < 0:
        raise Void(f"a balance is {after.least:,}")
    if before.done is None or after.done is None:
        return
    made = after.done - before.done
    if not tally.total <= made <= tally.total + tally.in_doubt:
        doubt = f" and {tally.in_doubt:,} in doubt" if tally.in_doubt else ""
        raise Void(f"{tally.total:,} trades were acknowledged{doubt}; the ledger has {made:,}")
