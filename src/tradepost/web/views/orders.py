"""Orders: list, show, cancel. Customers see only their own."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tradepost.errors import Unavailable
from tradepost.shop import money, queries
from tradepost.shop.errors import OrderNotFound
from tradepost.shop.models import Order, OrderLine, OrderState
from tradepost.web.customers import DATABASE_UNAVAILABLE, own_customer
from tradepost.web.forms.shop import CancelForm, OrderSearch, OwnOrderSearch
from tradepost.web.views.common import (
    PAGE_SIZE,
    cursor_of,
    form_view,
    get_or_404,
    page_of,
    require_id,
)

# How many lines of an order a list shows.
LINES_SHOWN = 2


class OrderRow(NamedTuple):
    """An order in a list, with its first lines and the number of other lines."""

    order: Order
    lines: list[OrderLine]
    more: int


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    own = own_customer(request)
    form = OrderSearch(request.GET) if own is None else OwnOrderSearch(request.GET)
    before = cursor_of(request)
    found = _found(form, own, before) if form.is_valid() else []
    page = page_of(request, [_row(order) for order in found], lambda row: row.order.pk)
    return render(request, "web/shop/orders.html", {"form": form, "page": page})


@require_safe
def order_detail(request: HttpRequest, id: int) -> HttpResponse:
    order = get_or_404(queries.get_order, id, customer_id=own_customer(request))
    return render(request, "web/shop/order.html", _context(order))


@form_view
def order_cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Ask for confirmation, then cancel an order if it is still as it was shown."""
    if request.method != "POST":
        order = get_or_404(queries.get_order, id, customer_id=own_customer(request))
        if order.state == OrderState.CANCELLED:
            messages.info(request, f"Order {id} is cancelled already.")
            return redirect("order-detail", id)
        form = CancelForm(initial={"version": order.version})
        return render(request, "web/shop/cancel.html", _context(order) | {"form": form})
    form = CancelForm(request.POST, object_id=require_id(id))
    if (outcome := form.submit(request)) is None:
        return _not_cancelled(request, id, form)
    if outcome.replayed:
        messages.info(request, f"Order {id} was cancelled already.")
    else:
        messages.success(request, f"Order {id} is cancelled; what it took is in stock again.")
    return redirect("order-detail", id)


def _found(form: OwnOrderSearch, own: int | None, before: int | None) -> list[Order]:
    values = form.cleaned_data
    customer_id = own
    if own is None and values["username"]:
        customers = queries.list_customers(limit=1, username=values["username"])
        if not customers:
            return []
        customer_id = customers[0].pk
    return queries.list_orders(
        limit=PAGE_SIZE + 1,
        before=before,
        customer_id=customer_id,
        state=values["state"] or None,
    )


def _row(order: Order) -> OrderRow:
    lines = queries.current_lines(order)
    return OrderRow(order, lines[:LINES_SHOWN], len(lines[LINES_SHOWN:]))


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
    # In cents: decimals are rounded to 28 digits, and the product may have 34.
    whole = line.quantity * money.cents(line.price)
    return f"{whole // 100:,}.{whole % 100:02}"


def _not_cancelled(request: HttpRequest, id: int, form: CancelForm) -> HttpResponse:
    if isinstance(form.failure, OrderNotFound):
        raise Http404
    context: dict[str, Any] = {"form": form, "id": id}
    try:
        order = get_or_404(queries.get_order, id, customer_id=own_customer(request))
    except (*DATABASE_UNAVAILABLE, Unavailable):
        if not form.is_unanswered:
            raise
        # The form is shown without the order, so that it can be sent again.
        form.repair()
    else:
        # A refused form is updated to the order that is shown now; one that may have been done
        # is left as it was sent.
        form.repair(**({} if form.is_unanswered else {"version": order.version}))
        context |= _context(order)
    return render(request, "web/shop/cancel.html", context, status=form.status)
