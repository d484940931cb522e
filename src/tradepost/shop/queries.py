"""Reading customers, products, stock entries and orders."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet

from tradepost.limits import ID_MAX
from tradepost.shop import rules
from tradepost.shop.errors import CustomerNotFound, OrderNotFound, ProductNotFound
from tradepost.shop.models import Customer, Order, OrderLine, OrderState, Product, StockEntry

M = TypeVar("M", Customer, Product, Order)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which products are asked for.

    Attributes:
        name_prefix: What the name begins with, whatever its case.
        in_stock: Whether there is some (or nobody counts it), or none.
    """

    name_prefix: str | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool | None = None


def get_customer(customer_id: int) -> Customer:
    """Return a customer.

    Raises:
        CustomerNotFound: There is none with this id.
    """
    customer = _customers().filter(pk=customer_id).first() if customer_id <= ID_MAX else None
    if customer is None:
        raise CustomerNotFound(customer=customer_id)
    return customer


def list_customers(
    *,
    limit: int,
    before_id: int | None = None,
    username: str | None = None,
    uid: int | None = None,
) -> list[Customer]:
    """Return customers, the newest first, from below an id."""
    customers = _below(_customers(), before_id)
    if username is not None:
        customers = customers.filter(username_digest=rules.digest(username))
    if uid is not None:
        customers = customers.filter(uid=uid)
    return list(customers[:limit])


def list_all_customers(*, limit: int) -> list[Customer]:
    """Return customers in the order of their ids."""
    return list(_customers().order_by("pk")[:limit])


def get_product(product_id: int) -> Product:
    """Return a product.

    Raises:
        ProductNotFound: There is none with this id.
    """
    product = _products().filter(pk=product_id).first() if product_id <= ID_MAX else None
    if product is None:
        raise ProductNotFound(product=product_id)
    return product


def list_products(
    *, limit: int, before_id: int | None = None, wanted: ProductFilter | None = None
) -> list[Product]:
    """Return products, the newest first, from below an id."""
    products = _below(_products(), before_id)
    wanted = wanted or ProductFilter()
    if wanted.name_prefix:
        products = products.filter(folded_name__startswith=rules.folded(wanted.name_prefix))
    if wanted.price_min is not None:
        products = products.filter(price__gte=wanted.price_min)
    if wanted.price_max is not None:
        products = products.filter(price__lte=wanted.price_max)
    if wanted.in_stock is not None:
        there = Q(stock__isnull=True) | Q(stock__gt=0)
        products = products.filter(there if wanted.in_stock else ~there)
    return list(products[:limit])


def list_low_stock(*, at_most: int, limit: int) -> list[Product]:
    """Return the products that there is the least of, sold out ones first."""
    low = _products().filter(stock__lte=at_most)
    return list(low.order_by("stock", "pk")[:limit])


def list_latest_orders(*, limit: int) -> list[Order]:
    """Return the newest orders with their customers, but without their lines."""
    return list(Order.objects.select_related("customer").order_by("-pk")[:limit])


def list_all_products(*, limit: int) -> list[Product]:
    """Return products in the order of their ids."""
    return list(_products().order_by("pk")[:limit])


def list_stock_entries(
    product_id: int, *, limit: int, before_number: int | None = None
) -> list[StockEntry]:
    """Return a product's stock entries, the newest first; of one that was taken away, too.

    Raises:
        ProductNotFound: There never was such a product.
    """
    if product_id > ID_MAX:
        raise ProductNotFound(product=product_id)
    entries = StockEntry.objects.filter(product_id=product_id).order_by("-number")
    if before_number is not None:
        entries = entries.filter(number__lt=before_number)
    page = list(entries[:limit])
    if not page and before_number is None:
        get_product(product_id)
    return page


def get_order(order_id: int, *, customer_id: int | None = None) -> Order:
    """Return an order with its lines, whatever its state; see `current_lines`.

    Args:
        customer_id: Whose it has to be; None where it may be anybody's.

    Raises:
        OrderNotFound: There is none with this id, or it is not this customer's.
    """
    orders = _orders().filter(pk=order_id)
    if customer_id is not None:
        orders = orders.filter(customer_id=customer_id)
    order = orders.first() if order_id <= ID_MAX else None
    if order is None:
        raise OrderNotFound(order=order_id)
    return order


def list_orders(
    *,
    limit: int,
    before_id: int | None = None,
    customer_id: int | None = None,
    state: str | None = None,
) -> list[Order]:
    """Return orders with their lines, the newest first, from below an id."""
    if customer_id is not None and customer_id > ID_MAX:
        return []
    orders = _below(_orders(), before_id)
    if customer_id is not None:
        orders = orders.filter(customer_id=customer_id)
    if state is not None:
        orders = orders.filter(state=state)
    return list(orders[:limit])


def list_open_orders(*, limit: int, order_id: int | None = None) -> list[Order]:
    """Return the orders that were not cancelled, of customers who are there, by their ids."""
    orders = _orders().filter(state=OrderState.PLACED, customer__deleted_at__isnull=True)
    if order_id is not None:
        orders = orders.filter(pk=order_id)
    return list(orders.order_by("pk")[:limit])


def current_lines(order: Order) -> list[OrderLine]:
    """Return the lines of an order's row as it was read, whatever has become of it since."""
    return [line for line in order.lines.all() if line.version == order.lines_version]


def _customers() -> QuerySet[Customer]:
    return Customer.objects.filter(deleted_at__isnull=True)


def _products() -> QuerySet[Product]:
    return Product.objects.filter(deleted_at__isnull=True)


def _orders() -> QuerySet[Order]:
    # Those of every version: the orders are read by a statement of their own, a moment before.
    lines = OrderLine.objects.order_by("order_id", "number")
    return Order.objects.select_related("customer").prefetch_related(
        Prefetch("lines", lines.select_related("product"))
    )


def _below(rows: QuerySet[M], before_id: int | None) -> QuerySet[M]:
    rows = rows.order_by("-pk")
    return rows if before_id is None else rows.filter(pk__lt=before_id)
