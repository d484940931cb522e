"""Events, their seats, and who booked them."""

from django.db import models


class Event(models.Model):
    """A performance, and how many of its seats are left."""

    title = models.CharField(max_length=80)
    seats_left = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """A seat at an event, and who has booked it; empty while it is free."""

    event = models.ForeignKey(Event, models.PROTECT)
    label = models.CharField(max_length=8)
    buyer = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.label


class Booking(models.Model):
    """Who booked a seat, and when; a cancelled booking is kept."""

    seat = models.ForeignKey(Seat, models.PROTECT)
    buyer = models.CharField(max_length=40)
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.seat} for {self.buyer}"
