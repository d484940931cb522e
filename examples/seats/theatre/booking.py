"""Booking a seat and cancelling a booking: each is one decision over locked rows."""

from dataclasses import dataclass

from theatre.models import Booking, Event, Seat
from tradepost import txn
from tradepost.errors import Refusal


class NoSuchSeat(Refusal):
    """The event does not exist, or has no such seat."""

    code = "no_such_seat"
    template = "Event {event} has no seat {seat}."


class SeatTaken(Refusal):
    """Somebody has booked the seat."""

    code = "seat_taken"
    template = "Seat {seat} is taken."


class NotBooked(Refusal):
    """The booking does not exist, or is cancelled."""

    code = "not_booked"
    template = "Booking {booking} does not exist or is cancelled."


@dataclass(frozen=True)
class SeatRequest:
    """Which seat to book, by its ID, and for whom."""

    event: int
    seat: int
    buyer: str


@dataclass(frozen=True)
class Ticket:
    """The answer to a booking."""

    booking: int | None
    seat: str
    seats_left: int


@dataclass(frozen=True)
class FreeSeat:
    """The answer to a cancellation."""

    seat: str
    seats_left: int


# Each act is declared once: its name, the type of its terms, the type of its answer.
BOOK = txn.Act("book", SeatRequest, Ticket)
CANCEL = txn.Act("cancel", int, FreeSeat)


def book(request: SeatRequest, key: txn.Key) -> txn.Outcome[Ticket]:
    """Book a seat for a buyer, once per key."""
    event_lock: txn.RowLock[Event] = txn.RowLock(Event, request.event)
    seat_lock: txn.RowLock[Seat] = txn.RowLock(Seat, request.seat)

    def decide(rows: txn.Rows) -> txn.Changes[Ticket]:
        event, seat = rows.get(event_lock), rows.get(seat_lock)
        if event is None or seat is None or seat.event_id != event.id:
            raise NoSuchSeat(event=request.event, seat=request.seat)
        if seat.buyer:
            raise SeatTaken(seat=seat.label)
        left = event.seats_left - 1
        # The database assigns the ID when the row is written, so the answer is made after that.
        booking = txn.Insert(
            Booking, {"seat_id": seat.id, "buyer": request.buyer, "booked_at": rows.now}
        )
        return txn.Changes(
            answer=txn.Deferred(lambda: Ticket(booking.id.value, seat.label, left)),
            updates=[
                txn.Update(event_lock, {"seats_left": left}),
                txn.Update(seat_lock, {"buyer": request.buyer}),
            ],
            inserts=[booking],
        )

    locks = event_lock, seat_lock
    return txn.execute(txn.Unit(locks=locks, decide=decide, act=BOOK, terms=request, key=key))


def cancel(booking_id: int, key: txn.Key) -> txn.Outcome[FreeSeat]:
    """Cancel a booking, and free its seat."""
    # Reading without a lock is safe here: a booking's seat and a seat's event never change.
    booked = Seat.objects.filter(booking=booking_id).first()
    if booked is None:
        raise NotBooked(booking=booking_id)
    event_lock: txn.RowLock[Event] = txn.RowLock(Event, booked.event_id)
    seat_lock: txn.RowLock[Seat] = txn.RowLock(Seat, booked.id)
    booking_lock: txn.RowLock[Booking] = txn.RowLock(Booking, booking_id)

    def decide(rows: txn.Rows) -> txn.Changes[FreeSeat]:
        event, seat, booking = rows.get(event_lock), rows.get(seat_lock), rows.get(booking_lock)
        if event is None or seat is None or booking is None or booking.cancelled_at:
            raise NotBooked(booking=booking_id)
        left = event.seats_left + 1
        return txn.Changes(
            answer=FreeSeat(seat.label, left),
            updates=[
                txn.Update(event_lock, {"seats_left": left}),
                txn.Update(seat_lock, {"buyer": ""}),
                txn.Update(booking_lock, {"cancelled_at": rows.now}),
            ],
        )

    locks = event_lock, seat_lock, booking_lock
    return txn.execute(txn.Unit(locks=locks, decide=decide, act=CANCEL, terms=booking_id, key=key))
