"""A process of the example: it runs the `seats` command with one thing changed.

`worker.py CHANGE ARGUMENT...` runs it once. A change that pauses prints its own name and continues
once it can read a line. `worker.py serve` runs one after another, each a line of JSON.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.core.management import CommandError, call_command

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "seats"
sys.path.insert(0, str(EXAMPLE))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from tradepost import txn  # noqa: E402 - only after Django is set up

Unit = txn.Unit[Any]
execute = txn.execute


def write(text: str) -> None:
    """Write a line for whoever started this process."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def pause(name: str) -> None:
    """Say where this process is, and wait for a line."""
    write(name)
    sys.stdin.readline()


def unchanged(unit: Unit) -> Any:
    """Do what the product does."""
    return execute(unit)


def at_the_start(unit: Unit) -> Any:
    """Pause before anything is done."""
    pause("at_the_start")
    return execute(unit)


def decided(unit: Unit) -> Any:
    """Pause under the locks."""

    def decide(rows: txn.Rows) -> txn.Changes[Any]:
        changes = unit.decide(rows)
        pause("decided")
        return changes

    return execute(dataclasses.replace(unit, decide=decide))


def written(unit: Unit) -> Any:
    """Pause after the last row was written, before the commit."""

    def decide(rows: txn.Rows) -> txn.Changes[Any]:
        changes = unit.decide(rows)

        def make() -> Any:
            pause("written")
            return changes.answer.make()

        return dataclasses.replace(changes, answer=txn.Deferred(make))

    return execute(dataclasses.replace(unit, decide=decide))


def committed(unit: Unit) -> Any:
    """Pause after the commit, before the answer is given."""
    return execute(dataclasses.replace(unit, after_commit=[lambda _outcome: pause("committed")]))


def impatient(unit: Unit) -> Any:
    """Wait for no lock."""
    return execute(unit, wait_s=0)


def without_key(unit: Unit) -> Any:
    """Control: keep no receipt."""
    return execute(dataclasses.replace(unit, key=None))


@dataclasses.dataclass
class Unlocked:
    """Rows as they were when nobody had locked them."""

    now: Any
    get: Callable[[txn.RowLock[Any]], Any]


def without_locks(unit: Unit) -> Any:
    """Control: decide over rows that were read before they were locked."""
    read = {lock: lock.model.objects.filter(pk=lock.value).first() for lock in unit.locks}
    pause("without_locks")

    def decide(rows: txn.Rows) -> txn.Changes[Any]:
        return unit.decide(Unlocked(rows.now, read.__getitem__))

    return execute(dataclasses.replace(unit, decide=decide))


def book_all(event: str, buyer: str) -> None:
    """Book every seat of an event, one after another; write how many were booked and refused."""
    from theatre.booking import SeatRequest, SeatTaken, book
    from theatre.models import Seat

    seats = list(Seat.objects.filter(event=event).order_by("id").values_list("id", flat=True))
    pause("book_all")
    counts = {"booked": 0, "refused": 0}
    for seat in seats:
        try:
            book(SeatRequest(int(event), seat, buyer), txn.Key(buyer, str(seat)))
            counts["booked"] += 1
        except SeatTaken:
            counts["refused"] += 1
    write(json.dumps(counts))


def state(event: str) -> None:
    """Write what the tables say of an event."""
    from theatre.models import Booking, Event, Seat

    from tradepost.txn.models import Receipt

    bookings = defaultdict(list)
    for booking in Booking.objects.filter(seat__event=event, cancelled_at=None):
        bookings[booking.seat_id].append(booking.buyer)
    seats = Seat.objects.filter(event=event).order_by("id")
    told = {
        "seats_left": Event.objects.get(pk=event).seats_left,
        "buyers": [seat.buyer for seat in seats],
        "bookings": [sorted(bookings[seat.pk]) for seat in seats],
        "keys": sorted(Receipt.objects.filter(act="book").values_list("key", flat=True)),
        "modules": sorted(name for name in sys.modules if name.startswith("tradepost.")),
    }
    write(json.dumps(told))


def run(change: str, *arguments: str) -> int:
    """Run the command with a change, or one of the two above; return the exit status."""
    if change in ("book_all", "state"):
        globals()[change](*arguments)
        return 0
    txn.execute = globals()[change]
    try:
        call_command("seats", *arguments)
    except CommandError as error:
        write(str(error))
        return 1
    return 0


def serve() -> None:
    """Run what each line asks for, and answer with the exit status and the output."""
    for line in sys.stdin:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = run(*json.loads(line))
        write(json.dumps([status, output.getvalue().strip()]))


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        sys.exit(run(*sys.argv[1:]))
