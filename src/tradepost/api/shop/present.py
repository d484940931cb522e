"""How /api/v1 shows the shop's rows and answers: IDs and amounts of money as strings."""

from tradepost.api.ids import text
from tradepost.api.presenters import Shown, presenters
from tradepost.shop import acts, queries, rules
from tradepost.shop.models import Customer, Order, OrderLine, Product, StockEntry

ORDER_TIMES = ("created_at", "updated_at")


def customer(found: Customer | acts.CustomerAnswer) -> Shown:
    return {
        "id": text(found.id),
        "name": found.name,
        "username": found.username,
        "uid": text(found.uid),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def product(found: Product | acts.ProductAnswer) -> Shown:
    version = (
        found.version if isinstance(found, acts.ProductAnswer) else rules.product_version(found)
    )
    return {
        "id": text(found.id),
        "name": found.name,
        "price": str(found.price),
        "stock": found.stock,
        "version": version,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def stock_entry(found: StockEntry | acts.StockEntryAnswer) -> Shown:
    return {
        "product": str(found.product_id),
        "number": found.number,
        "kind": found.kind,
        "quantity": found.quantity,
        "stock_after": found.stock_after,
        "order": text(found.order_id),
        "actor": found.actor,
        "reason": found.reason,
        "at": found.at,
    }


def order(found: Order | acts.OrderAnswer) -> Shown:
    lines = found.lines if isinstance(found, acts.OrderAnswer) else queries.current_lines(found)
    return {
        "id": text(found.id),
        "customer": text(found.customer_id),
        "state": found.state,
        "total": str(found.total),
        "total_stated": found.total_stated,
        "version": str(found.version),
        "lines": [_line(line) for line in lines],
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def _line(found: OrderLine | acts.Line) -> Shown:
    return {
        "product": str(found.product_id),
        "quantity": found.quantity,
        "price": str(found.price),
    }


presenters.add(acts.REGISTER_CUSTOMER, customer)
presenters.add(acts.EDIT_CUSTOMER, customer)
presenters.add(acts.DELETE_CUSTOMER, customer)
presenters.add(acts.ADD_PRODUCT, product)
presenters.add(acts.EDIT_PRODUCT, product)
presenters.add(acts.DELETE_PRODUCT, product)
presenters.add(acts.RECEIVE_STOCK, stock_entry)
presenters.add(acts.ADJUST_STOCK, stock_entry)
presenters.add(acts.PLACE_ORDER, order)
presenters.add(acts.PURCHASE, order)
presenters.add(acts.CHANGE_ORDER, order)
presenters.add(acts.CANCEL_ORDER, order)
presenters.add(acts.OVERRIDE_TOTAL, order)
