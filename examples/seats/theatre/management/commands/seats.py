"""The box office: opens events, books seats, cancels bookings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from theatre.booking import NewEvent, SeatRequest, book, cancel, open_event
from theatre.models import Seat
from tradepost.errors import TradepostError
from tradepost.txn import Key, Outcome


class Command(BaseCommand):
    """Calls one function of `theatre.booking` and prints its answer."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        opening, booking, cancelling, showing = map(
            acts.add_parser, ("open", "book", "cancel", "show")
        )
        opening.add_argument("title")
        opening.add_argument("seats", nargs="+")
        booking.add_argument("event", type=int)
        booking.add_argument("seat", type=int)
        booking.add_argument("buyer")
        cancelling.add_argument("booking", type=int)
        showing.add_argument("event", type=int)
        for act in (opening, booking, cancelling):
            act.add_argument("--key", required=True, help="the idempotency key")

    def handle(self, **given: Any) -> str:
        if given["act"] == "show":
            seats = Seat.objects.filter(event=given["event"]).order_by("id")
            return "\n".join(f"{seat.id} {seat.label} {seat.buyer or 'free'}" for seat in seats)
        try:
            outcome = execute(given)
        except TradepostError as error:
            raise CommandError(str(error)) from error
        return f"{outcome.answer}{' (replayed)' if outcome.replayed else ''}"


def execute(given: dict[str, Any]) -> Outcome[Any]:
    """Do what is asked, under the caller's idempotency key."""
    key = Key(actor="box office", value=given["key"])
    if given["act"] == "open":
        return open_event(NewEvent(given["title"], given["seats"]), key)
    if given["act"] == "book":
        return book(SeatRequest(given["event"], given["seat"], given["buyer"]), key)
    return cancel(given["booking"], key)
