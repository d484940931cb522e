"""Reads customers, products and their entries, and orders."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from tradepost.ledger import EntryFilter, statements
from tradepost.limits import ID_MAX, given
from tradepost.shop import rules
from tradepost.shop.errors import CustomerNotFound, OrderNotFound, ProductNotFound
from tradepost.shop.models import (
    Customer,
    Order,
    OrderLine,
    OrderState,
    Product,
    StockEntry,
)
from tradepost.shop.stock import STOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which products to list; None does not filter.

    Attributes:
        name_prefix: The beginning of the name, ignoring case.
        in_stock: Whether the product can be bought: stock that is not tracked counts as in stock.
    """

    name_prefix: str | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool | None = None


EVERY_PRODUCT = ProductFilter()


def get_customer(customer_id: int) -> Customer:
    """Return a customer who is not deleted, or raise `CustomerNotFound`."""
    customer = _customers().filter(pk=customer_id).first() if customer_id <= ID_MAX else None
    if customer is None:
        raise CustomerNotFound(customer=customer_id)
    return customer


def list_customers(
    *,
    limit: int,
    before: int | None = None,
    username: str | None = None,
    uid: int | None = None,
) -> list[Customer]:
    """Return a page of customers, newest first."""
    digest = None if username is None else rules.digest(username)
    wanted = given(pk__lt=before, username_digest=digest, uid=uid)
    return list(_customers().filter(wanted).order_by("-pk")[:limit])


def list_all_customers(*, limit: int) -> list[Customer]:
    """Return customers in the order of their IDs."""
    return list(_customers().order_by("pk")[:limit])


def get_product(product_id: int) -> Product:
    """Return a product that is not deleted, or raise `ProductNotFound`."""
    product = _products().filter(pk=product_id).first() if product_id <= ID_MAX else None
    if product is None:
        raise ProductNotFound(product=product_id)
    return product


def list_products(
    *, limit: int, before: int | None = None, filters: ProductFilter = EVERY_PRODUCT
) -> list[Product]:
    """Return a page of products, newest first."""
    prefix = rules.folded(filters.name_prefix) if filters.name_prefix else None
    wanted = given(
        pk__lt=before,
        folded_name__startswith=prefix,
        price__gte=filters.price_min,
        price__lte=filters.price_max,
    )
    if filters.in_stock is not None:
        available = Q(stock__isnull=True) | Q(stock__gt=0)
        wanted &= available if filters.in_stock else ~available
    return list(_products().filter(wanted).order_by("-pk")[:limit])


def list_low_stock(*, at_most: int, limit: int) -> list[Product]:
    """Return the products with the lowest stock, lowest first."""
    low = _products().filter(stock__lte=at_most)
    return list(low.order_by("stock", "pk")[:limit])


def list_latest_orders(*, limit: int) -> list[Order]:
    """Return the newest orders with their customers, without their lines."""
    return list(Order.objects.select_related("customer").order_by("-pk")[:limit])


def list_all_products(*, limit: int) -> list[Product]:
    """Return products in the order of their IDs."""
    return list(_products().order_by("pk")[:limit])


def list_stock_entries(
    product_id: int,
    *,
    limit: int,
    before: int | None = None,
    filters: EntryFilter = statements.EVERY,
) -> list[StockEntry]:
    """Return a page of a product's stock entries, newest first; also of a deleted product.

    Raises:
        ProductNotFound: There was never such a product.
    """
    if product_id > ID_MAX:
        raise ProductNotFound(product=product_id)
    page = statements.list_entries(STOCK, product_id, limit=limit, before=before, filters=filters)
    if not page and before is None:
        get_product(product_id)
    return page


def get_order(order_id: int, *, customer_id: int | None = None) -> Order:
    """Return an order in any state, with its lines; see `current_lines`.

    Args:
        customer_id: The customer that the order must belong to; None allows any.

    Raises:
        OrderNotFound: There is none with this ID, or it belongs to another customer.
    """
    wanted = given(pk=order_id, customer_id=customer_id)
    order = _orders().filter(wanted).first() if order_id <= ID_MAX else None
    if order is None:
        raise OrderNotFound(order=order_id)
    return order


def list_orders(
    *,
    limit: int,
    before: int | None = None,
    customer_id: int | None = None,
    state: str | None = None,
) -> list[Order]:
    """Return a page of orders with their lines, newest first."""
    if customer_id is not None and customer_id > ID_MAX:
        return []
    wanted = given(pk__lt=before, customer_id=customer_id, state=state)
    return list(_orders().filter(wanted).order_by("-pk")[:limit])


def list_open_orders(*, limit: int, order_id: int | None = None) -> list[Order]:
    """Return placed orders of customers that are not deleted, in the order of their IDs."""
    is_open = given(state=OrderState.PLACED, customer__deleted_at__isnull=True, pk=order_id)
    return list(_orders().filter(is_open).order_by("pk")[:limit])


def current_lines(order: Order) -> list[OrderLine]:
    """Return the lines that belong to an order's row as it was read."""
    return [line for line in order.lines.all() if line.version == order.lines_version]


def _customers() -> QuerySet[Customer]:
    return Customer.objects.filter(deleted_at__isnull=True)


def _products() -> QuerySet[Product]:
    return Product.objects.filter(deleted_at__isnull=True)


def _orders() -> QuerySet[Order]:
    # Lines of every version, because an order may change between the two queries.
    lines = OrderLine.objects.order_by("order_id", "number")
    return Order.objects.select_related("customer").prefetch_related(
        Prefetch("lines", lines.select_related("product"))
    )
