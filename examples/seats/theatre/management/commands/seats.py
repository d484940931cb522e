"""The box office: opens events, books seats, cancels bookings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from theatre.booking import SeatRequest, book, cancel
from theatre.models import Event, Seat
from tradepost.errors import TradepostError
from tradepost.txn import Key, Outcome


class Command(BaseCommand):
    """Runs one of the subcommands and prints its result."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        opening, showing = parts.add_parser("open"), parts.add_parser("show")
        opening.add_argument("title")
        opening.add_argument("seats", nargs="+")
        showing.add_argument("event", type=int)
        booking, cancelling = parts.add_parser("book"), parts.add_parser("cancel")
        booking.add_argument("event", type=int)
        booking.add_argument("seat", type=int)
        booking.add_argument("buyer")
        cancelling.add_argument("booking", type=int)
        for part in (booking, cancelling):
            part.add_argument("--key", required=True, help="the idempotency key")

    def handle(self, **given: Any) -> str:
        if given["part"] == "open":
            return f"event {open_event(given['title'], given['seats'])}"
        if given["part"] == "show":
            seats = Seat.objects.filter(event=given["event"]).order_by("id")
            return "\n".join(f"{seat.id} {seat.label} {seat.buyer or 'free'}" for seat in seats)
        key = Key(actor="box office", value=given["key"])
        try:
            if given["part"] == "book":
                request = SeatRequest(given["event"], given["seat"], given["buyer"])
                return text_of(book(request, key))
            return text_of(cancel(given["booking"], key))
        except TradepostError as error:
            raise CommandError(str(error)) from error


def text_of(outcome: Outcome[Any]) -> str:
    """Return an outcome as text."""
    return f"{outcome.answer} (replayed)" if outcome.replayed else f"{outcome.answer}"


def open_event(title: str, labels: list[str]) -> int:
    """Add an event and its seats, and return its ID. Nothing else uses these rows yet."""
    with transaction.atomic():
        event = Event.objects.create(title=title, seats_left=len(labels))
        Seat.objects.bulk_create(Seat(event=event, label=label) for label in labels)
    return event.id
