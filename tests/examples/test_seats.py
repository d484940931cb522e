"""The theatre's seats: each is booked once, whatever comes in between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.examples.project import Ended, Project

MANY = 30


def is_sound(state: dict[str, Any]) -> bool:
    """Say whether bookings, seats and the count of those left agree, with one buyer to a seat."""
    buyers = [[buyer] if buyer else [] for buyer in state["buyers"]]
    return bool(state["bookings"] == buyers and state["seats_left"] == buyers.count([]))


def keys_of(state: dict[str, Any], event: str) -> list[str]:
    """Return the keys under which this event's seats were booked."""
    return [key for key in state["keys"] if key.startswith(f"{event}-")]


def test_a_seat_is_booked_once(project: Project) -> None:
    """Whoever comes second is told so, and nothing is changed."""
    event, (seat, _) = project.open("A1", "A2")

    booked = project.seats("book", event, seat, "ann", "--key", f"{event}-ann")
    refused = project.seats("book", event, seat, "bob", "--key", f"{event}-bob")

    state = project.state(event)
    assert booked.status == 0
    assert booked.printed.endswith("seat='A1', seats_left=1)")
    assert refused == Ended(1, "Seat A1 is taken.")
    assert (state["bookings"], is_sound(state)) == ([["ann"], []], True)
    assert keys_of(state, event) == [f"{event}-ann"]


def test_a_seat_of_another_event_is_refused(project: Project) -> None:
    """Both rows are there, but they do not belong together."""
    event, _ = project.open("A1")
    other, (seat,) = project.open("A1")

    refused = project.seats("book", event, seat, "ann", "--key", f"{event}-ann")

    assert refused == Ended(1, f"Event {event} has no seat {seat}.")
    assert all(project.state(one)["seats_left"] == 1 for one in (event, other))


def test_a_retry_is_answered_the_same(project: Project) -> None:
    """The booking is there once; another request under the key is refused."""
    event, (seat, other) = project.open("A1", "A2")
    command = "book", event, seat, "ann", "--key", f"{event}-ann"

    first, again = project.seats(*command), project.seats(*command)
    misused = project.seats("book", event, other, "ann", "--key", f"{event}-ann")

    state = project.state(event)
    assert again == Ended(0, f"{first.printed} (replayed)")
    assert "was used before" in misused.printed
    assert (state["bookings"], is_sound(state)) == ([["ann"], []], True)


def test_without_a_key_a_retry_is_another_request(project: Project) -> None:
    """Control: it is the key that makes the retry one."""
    event, (seat,) = project.open("A1")
    command = "book", event, seat, "ann", "--key", f"{event}-ann"

    assert project.seats(*command, change="without_key").status == 0
    assert project.seats(*command, change="without_key") == Ended(1, "Seat A1 is taken.")


def test_cancelling_frees_the_seat(project: Project) -> None:
    """Once, and for the next buyer."""
    event, (seat,) = project.open("A1")
    booked = project.seats("book", event, seat, "ann", "--key", f"{event}-ann")
    booking = booked.printed.removeprefix("Ticket(booking=").partition(",")[0]
    command = "cancel", booking, "--key"

    cancelled = project.seats(*command, f"{event}-cancel")
    again = project.seats(*command, f"{event}-cancel")
    twice = project.seats(*command, f"{event}-twice")
    assert project.state(event)["seats_left"] == 1
    rebooked = project.seats("book", event, seat, "bob", "--key", f"{event}-bob")

    state = project.state(event)
    assert cancelled == Ended(0, "FreeSeat(seat='A1', seats_left=1)")
    assert again == Ended(0, f"{cancelled.printed} (replayed)")
    assert twice.printed == f"Booking {booking} does not exist or is cancelled."
    assert rebooked.status == 0
    assert (state["bookings"], is_sound(state)) == ([["bob"]], True)


def test_a_seat_is_not_decided_on_twice(project: Project) -> None:
    """Who comes while another decides does not see the seat as free."""
    event, (seat,) = project.open("A1")
    bob = "book", event, seat, "bob", "--key", f"{event}-bob"

    with project.paused("decided", "book", event, seat, "ann", "--key", f"{event}-ann") as ann:
        meanwhile = project.seats(*bob, change="impatient")
        booked = ann.end()

    state = project.state(event)
    assert (meanwhile.status, booked.status) == (1, 0)
    assert "locked by another transaction" in meanwhile.printed
    assert project.seats(*bob) == Ended(1, "Seat A1 is taken.")
    assert (state["bookings"], is_sound(state)) == ([["ann"]], True)


def test_without_locks_a_seat_is_booked_twice(project: Project) -> None:
    """Control: what was read before the lock was taken is old by then."""
    event, (seat,) = project.open("A1")

    with project.paused("without_locks", "book", event, seat, "ann", "--key", f"{event}-a") as ann:
        bob = project.seats("book", event, seat, "bob", "--key", f"{event}-b")
        booked = ann.end()

    state = project.state(event)
    assert (bob.status, booked.status) == (0, 0)
    assert (state["bookings"], is_sound(state)) == ([["ann", "bob"]], False)


def test_two_processes_book_every_seat_once(project: Project) -> None:
    """Both want them all, in the same order, at the same time."""
    event, seats = project.open(*(f"A{place}" for place in range(MANY)))

    with (
        project.paused("book_all", event, "ann") as ann,
        project.paused("book_all", event, "bob") as bob,
    ):
        ann.send()
        bob.send()
        counts = [json.loads(worker.read()) for worker in (ann, bob)]

    state = project.state(event)
    assert [sum(count.values()) for count in counts] == [MANY, MANY]
    assert sum(count["booked"] for count in counts) == len(seats) == MANY
    assert (state["seats_left"], is_sound(state)) == (0, True)
    assert state["buyers"].count("ann") == counts[0]["booked"]


@pytest.mark.parametrize("moment", ["at_the_start", "decided", "written"])
def test_before_the_commit_a_killed_process_leaves_nothing(project: Project, moment: str) -> None:
    """No booking, no receipt; sending it again books the seat."""
    event, (seat,) = project.open("A1")
    command = "book", event, seat, "ann", "--key", f"{event}-ann"

    with project.paused(moment, *command) as worker:
        worker.kill()

    state = project.state(event)
    assert (state["bookings"], state["seats_left"], is_sound(state)) == ([[]], 1, True)
    assert keys_of(state, event) == []
    again = project.seats(*command)
    assert (again.status, "replayed" in again.printed) == (0, False)
    assert project.state(event)["bookings"] == [["ann"]]


def test_after_the_commit_a_killed_process_has_booked(project: Project) -> None:
    """The answer was lost; sending it again tells it."""
    event, (seat,) = project.open("A1")
    command = "book", event, seat, "ann", "--key", f"{event}-ann"

    with project.paused("committed", *command) as worker:
        worker.kill()

    state = project.state(event)
    assert (state["bookings"], is_sound(state)) == ([["ann"]], True)
    assert keys_of(state, event) == [f"{event}-ann"]
    again = project.seats(*command)
    assert (again.status, again.printed.endswith("seats_left=0) (replayed)")) == (0, True)
    assert project.state(event)["bookings"] == [["ann"]]


def test_nothing_else_of_tradepost_is_needed(project: Project) -> None:
    """The core brings in what lies beneath it, and no more."""
    event, _ = project.open("A1")

    parts = {module.split(".")[1] for module in project.state(event)["modules"]}

    assert {"engines", "errors", "txn"} <= parts <= {"engines", "errors", "limits", "txn"}
