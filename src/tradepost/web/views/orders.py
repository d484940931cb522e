"""Orders: one's own, or, for staff, everybody's; and to cancel one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tradepost import txn
from tradepost.errors import Unavailable
from tradepost.shop import money, orders, queries
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.models import Order, OrderLine, OrderState
from tradepost.web.forms.shop import CancelForm, OrderSearch, OwnOrderSearch
from tradepost.web.views.shop_common import (
    AWAY,
    PAGE_SIZE,
    cursor_of,
    own_customer,
    page_of,
    require_id,
)

# So many lines of an order are told in a list of orders.
LINES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Told:
    """An order in a list: with its first lines, and how many more there are."""

    order: Order
    lines: list[OrderLine]
    more: int


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """List orders, the newest first."""
    own = own_customer(request)
    form = OrderSearch(request.GET) if own is None else OwnOrderSearch(request.GET)
    before = cursor_of(request)
    found = _found(form, own, before) if form.is_valid() else []
    told = [_told(order) for order in found]
    page = page_of(request, told, lambda one: one.order.pk)
    return render(request, "web/shop/orders.html", {"form": form, "page": page})


@require_safe
def order_detail(request: HttpRequest, id: int) -> HttpResponse:
    """Show an order."""
    order = _order(id, own_customer(request))
    return render(request, "web/shop/order.html", _context(order))


@require_http_methods(["GET", "HEAD", "POST"])
def order_cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Ask whether an order is to be cancelled, and cancel it as it was seen."""
    if request.method != "POST":
        order = _order(id, own_customer(request))
        if order.state == OrderState.CANCELLED:
            messages.info(request, f"Order {id} is cancelled already.")
            return redirect("order-detail", id)
        form = CancelForm(initial={"version": order.version})
        return render(request, "web/shop/cancel.html", _context(order) | {"form": form})
    form = CancelForm(request.POST)
    if form.is_valid():
        version = form.cleaned_data["version"]
        outcome = form.attempt(request, _cancel(request, require_id(id)), versions=[version])
        if outcome is not None:
            _tell_cancelled(request, id, replayed=outcome.replayed)
            return redirect("order-detail", id)
    return _not_cancelled(request, id, form)


def _found(form: OwnOrderSearch, own: int | None, before: int | None) -> list[Order]:
    given = form.cleaned_data
    customer_id = own
    if own is None and given["username"]:
        customers = queries.list_customers(limit=1, username=given["username"])
        if not customers:
            return []
        customer_id = customers[0].pk
    return queries.list_orders(
        limit=PAGE_SIZE + 1,
        before_id=before,
        customer_id=customer_id,
        state=given["state"] or None,
    )


def _told(order: Order) -> Told:
    lines = queries.current_lines(order)
    return Told(order, lines[:LINES_SHOWN], len(lines[LINES_SHOWN:]))


def _order(id: int, own: int | None) -> Order:
    try:
        return queries.get_order(id, customer_id=own)
    except OrderNotFound as error:
        raise Http404 from error


def _context(order: Order) -> dict[str, Any]:
    lines = [(line, _price(line)) for line in queries.current_lines(order)]
    return {
        "id": order.pk,
        "order": order,
        "lines": lines,
        "is_cancelled": order.state == OrderState.CANCELLED,
        "is_changed": order.state != OrderState.CANCELLED and order.version > 1,
    }


def _price(line: OrderLine) -> str:
    # In cents: a decimal is rounded to 28 digits, and a quantity times a price may have 34.
    whole = line.quantity * money.cents(line.price)
    return f"{whole // 100:,}.{whole % 100:02}"


def _cancel(request: HttpRequest, id: int) -> Callable[..., txn.Outcome[OrderAnswer]]:
    """Return the call that cancels an order, if it is the caller's to cancel."""

    def call(**options: Any) -> txn.Outcome[OrderAnswer]:
        own = own_customer(request)
        if own is not None:
            # Whose an order is never changes, so it may be read before.
            try:
                queries.get_order(id, customer_id=own)
            except AWAY as error:
                raise txn.DatabaseUnavailable from error
        return orders.cancel(id, **options)

    return call


def _tell_cancelled(request: HttpRequest, id: int, *, replayed: bool) -> None:
    if replayed:
        messages.info(request, f"Order {id} was cancelled already.")
    else:
        messages.success(request, f"Order {id} is cancelled; what it took is in stock again.")


def _not_cancelled(request: HttpRequest, id: int, form: CancelForm) -> HttpResponse:
    if isinstance(form.failure, OrderNotFound):
        raise Http404
    context: dict[str, Any] = {"form": form, "id": id}
    try:
        order = _order(id, own_customer(request))
    except (*AWAY, Unavailable):
        if not form.is_open:
            raise
        # Then the form is shown without: it is what must not be lost.
        form.mend()
    else:
        # Whoever looked again may send it again, unless it may have been done.
        is_open = form.is_open
        form.mend(**({} if is_open else {"version": order.version}))
        context |= _context(order)
    return render(request, "web/shop/cancel.html", context, status=form.status)
