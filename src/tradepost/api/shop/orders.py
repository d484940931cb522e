"""Orders, and purchases, which are orders of one product."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tradepost import txn
from tradepost.api import cursors, request_options, rights
from tradepost.api.body import loads
from tradepost.api.commands import Command, Reply, made
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import number, order_id
from tradepost.api.responses import found, wanted_versions
from tradepost.api.routes import ApiRouter, Register
from tradepost.api.shop import present
from tradepost.api.shop import schemas as s
from tradepost.shop import acts, errors, orders, queries
from tradepost.shop.acts import OrderAnswer
from tradepost.shop.rules import Buyer, LineRequest

router = ApiRouter(tags=["orders"])


class Purchase(NamedTuple):
    """An order of one product."""

    buyer: Buyer
    line: LineRequest


def _places_order(route: str) -> Register:
    problems = (*errors.ORDER_REFUSALS, OUT_OF_RANGE)
    return router.write(route, s.OrderOut, *problems, creates=True, located=True, tagged=True)


@_places_order("POST /orders")
@rights.SHOP
def place_order(request: HttpRequest, body: s.OrderIn, query: Query[CommandQuery]) -> HttpResponse:
    """Order up to 1,000 products, all or none; lines of one product count together."""
    options = request_options.read(request, "POST /orders", dry_run=query.dry_run)
    outcome = orders.place(_buyer_of(body), _lines_of(body.lines), **options)
    return _placed(outcome, dry_run=query.dry_run).response()


@_places_order("POST /purchases")
@rights.SHOP
def purchase_product(
    request: HttpRequest, body: s.PurchaseIn, query: Query[CommandQuery]
) -> HttpResponse:
    """Order one product, in one step; answers the order."""
    return PURCHASE.run(request, _purchase_of(body), dry_run=query.dry_run)


def _buyer_of(body: s.BuyerIn) -> Buyer:
    return Buyer(id=number(body.customer), username=body.username, uid=number(body.uid))


def _line_of(body: s.PurchaseIn | s.LineIn) -> LineRequest:
    return LineRequest(int(body.product), body.quantity, body.expected_price)


def _lines_of(lines: Sequence[s.LineIn]) -> list[LineRequest]:
    return [_line_of(line) for line in lines]


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


PURCHASE = Command("POST /purchases", _read, _unit, _placed)


@router.read_list("/orders", s.OrderPage)
@rights.SHOP
def list_orders(request: HttpRequest, query: Query[s.OrdersQuery]) -> dict[str, Any]:
    """List orders with their lines, the newest first."""
    listing = cursors.filtered("orders", customer=query.customer, state=query.state)
    customer = number(query.customer)
    read = partial(queries.list_orders, customer_id=customer, state=query.state)
    return query.page(listing, read, present.order)


@router.read("/orders/{id}", s.OrderOut, errors.OrderNotFound, versioned=True)
@rights.SHOP
def get_order(request: HttpRequest, response: HttpResponse, id: str) -> Any:
    """Get an order with its lines, whatever its state."""
    order = present.order(queries.get_order(order_id(id)))
    return found(request, response, order)


@router.command(
    "PATCH /orders/{id}",
    s.OrderOut,
    present.order,
    *errors.CHANGE_REFUSALS,
    OUT_OF_RANGE,
    tagged=True,
    conditional=True,
)
@rights.SHOP
def change_order(
    request: HttpRequest, call: txn.Call, id: str, body: s.OrderChangeIn
) -> txn.Outcome[OrderAnswer]:
    """Order something else instead; a product that was in the order keeps its price."""
    order, lines = order_id(id), _lines_of(body.lines)
    return orders.change(order, lines, versions=wanted_versions(request), **call)


@router.command(
    "POST /orders/{id}/cancel",
    s.OrderOut,
    present.order,
    errors.OrderNotFound,
    errors.OrderNotPlaced,
    errors.StockTooLarge,
    tagged=True,
    conditional=True,
)
@rights.SHOP
def cancel_order(request: HttpRequest, call: txn.Call, id: str) -> txn.Outcome[OrderAnswer]:
    """Cancel an order, and put back what it took from stock."""
    return orders.cancel(order_id(id), versions=wanted_versions(request), **call)
