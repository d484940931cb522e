"""Orders, and purchases, which are orders of one product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from tradepost import txn
from tradepost.api import cursors, examples, openapi, problems, request_options, rights
from tradepost.api.body import loads
from tradepost.api.commands import Command, Reply, made
from tradepost.api.etags import wanted_versions
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import order_id
from tradepost.api.reads import get
from tradepost.api.responses import Headers, answered, found
from tradepost.api.shop import present
from tradepost.api.shop import schemas as s
from tradepost.api.shop.customers import number
from tradepost.shop import acts, errors, orders, queries
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.rules import Buyer, LineRequest

router = Router(tags=["orders"])
MADE = (200, 201)


class Purchase(NamedTuple):
    """Who orders what, of one product."""

    buyer: Buyer
    line: LineRequest


def _placing() -> dict[str, Any]:
    """Return the OpenAPI description shared by the routes that place an order."""
    return openapi.describe(
        *errors.ORDER_REFUSALS,
        examples.OUT_OF_RANGE,
        command=True,
        statuses=MADE,
        located=True,
        tagged=True,
    )


@router.post(
    "/orders",
    response={201: s.OrderOut, 200: s.OrderOut},
    openapi_extra=_placing(),
)
@rights.SHOP
def place_order(request: HttpRequest, body: s.OrderIn, query: Query[CommandQuery]) -> HttpResponse:
    """Order up to 1,000 products, all or none; lines of one product count together."""
    options = request_options.read(request, "POST /orders", dry_run=query.dry_run)
    outcome = orders.place(_buyer_of(body), _lines_of(body.lines), **options)
    return _placed(outcome, dry_run=query.dry_run).response()


@router.post(
    "/purchases",
    response={201: s.OrderOut, 200: s.OrderOut},
    openapi_extra=_placing(),
)
@rights.SHOP
def purchase_product(
    request: HttpRequest, body: s.PurchaseIn, query: Query[CommandQuery]
) -> HttpResponse:
    """Order one product, in one step; answers the order."""
    return PURCHASE.run(request, _purchase_of(body), dry_run=query.dry_run)


def _buyer_of(body: s.BuyerIn) -> Buyer:
    """Return the buyer that a request names."""
    return Buyer(id=number(body.customer), username=body.username, uid=number(body.uid))


def _line_of(body: s.PurchaseIn | s.LineIn) -> LineRequest:
    """Return the line that a request asks for."""
    return LineRequest(int(body.product), body.quantity, body.expected_price)


def _purchase_of(body: s.PurchaseIn) -> Purchase:
    return Purchase(_buyer_of(body), _line_of(body))


def _read(raw: bytes) -> Purchase:
    return _purchase_of(s.PurchaseIn.model_validate(loads(raw)))


def _unit(purchase: Purchase, *, actor: str, key: txn.Key | None = None) -> txn.Unit[OrderAnswer]:
    lines = (purchase.line,)
    return orders.unit(purchase.buyer, lines, act=acts.PURCHASE, actor=actor, key=key)


def _placed(outcome: txn.Outcome[OrderAnswer], *, dry_run: bool = False) -> Reply:
    order = present.order(outcome.answer)
    return made(
        outcome,
        order,
        times=present.ORDER_TIMES,
        dry_run=dry_run,
        location=f"/api/v1/orders/{order['id']}",
        version=order["version"],
    )


PURCHASE = Command("POST /purchases", _read, _unit, _placed, problems.refused)


@get(
    router,
    "/orders",
    response=s.OrderPage,
    exclude_unset=True,
    openapi_extra=openapi.describe(examples.OUT_OF_RANGE),
)
@rights.SHOP
def list_orders(request: HttpRequest, query: Query[s.OrdersQuery]) -> dict[str, Any]:
    """List orders with their lines, the newest first."""
    listing = cursors.filtered("orders", customer=query.customer, state=query.state)
    listed = queries.list_orders(
        limit=query.limit + 1,
        before_id=cursors.decode(query.cursor, listing),
        customer_id=number(query.customer),
        state=query.state,
    )
    return cursors.page(
        listed,
        limit=query.limit,
        listing=listing,
        place=lambda order: order.pk,
        present=present.order,
        fields=query.fields,
    )


@get(
    router,
    "/orders/{id}",
    response=s.OrderOut,
    openapi_extra=openapi.describe(errors.OrderNotFound, tagged=True, conditional=True),
)
@rights.SHOP
def get_order(request: HttpRequest, response: HttpResponse, id: str) -> Any:
    """Get an order with its lines, whatever its state."""
    order = present.order(queries.get_order(order_id(id)))
    return found(request, response, order)


@router.patch(
    "/orders/{id}",
    response=s.OrderOut,
    openapi_extra=openapi.describe(
        *errors.CHANGE_REFUSALS,
        examples.OUT_OF_RANGE,
        command=True,
        tagged=True,
        conditional=True,
    ),
)
@rights.SHOP
def change_order(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.OrderChangeIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Order something else instead; a product that was in the order keeps its price."""
    options = request_options.read(request, "PATCH /orders/{id}", dry_run=query.dry_run)
    outcome = orders.change(
        order_id(id), _lines_of(body.lines), versions=wanted_versions(request), **options
    )
    return _changed(response, outcome, dry_run=query.dry_run)


@router.post(
    "/orders/{id}/cancel",
    response=s.OrderOut,
    openapi_extra=openapi.describe(
        errors.OrderNotFound,
        errors.OrderNotPlaced,
        errors.StockTooLarge,
        command=True,
        tagged=True,
        conditional=True,
    ),
)
@rights.SHOP
def cancel_order(
    request: HttpRequest, response: HttpResponse, id: str, query: Query[CommandQuery]
) -> Status[Any]:
    """Cancel an order, and put back what it took from stock."""
    options = request_options.read(request, "POST /orders/{id}/cancel", dry_run=query.dry_run)
    outcome = orders.cancel(order_id(id), versions=wanted_versions(request), **options)
    return _changed(response, outcome, dry_run=query.dry_run)


def _changed(headers: Headers, outcome: txn.Outcome[OrderAnswer], *, dry_run: bool) -> Status[Any]:
    order = present.order(outcome.answer)
    version = order["version"]
    return answered(headers, outcome, order, dry_run=dry_run, made=200, version=version)


def _lines_of(lines: Sequence[s.LineIn]) -> list[LineRequest]:
    return [_line_of(line) for line in lines]
