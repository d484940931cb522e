"""The shop's invariants: queries for the rows that break them, and a check of usernames."""

from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from tradepost.audit.paging import pages
from tradepost.engines import Engine, engine_of
from tradepost.ledger import invariants as ledger
from tradepost.ledger.invariant import Invariant, outside, total, wide
from tradepost.shop import rules
from tradepost.shop.models import STOCK_MAX, Customer
from tradepost.shop.money import CENTS_MAX, MONEY_MAX
from tradepost.shop.stock import STOCK

CUSTOMERS_AT_ONCE = 1000


def invariants(connection: BaseDatabaseWrapper) -> tuple[Invariant, ...]:
    """Return the invariants, in the best order for reading breaches."""
    return (
        *ledger.invariants(STOCK, connection),
        *_ranges(engine_of(connection)),
        _REASONS,
        *_PRICES,
        *_ORDERS,
        _ORPHANS,
    )


def _ranges(engine: Engine) -> tuple[Invariant, ...]:
    quantities = {("order_line", "order_id", "quantity"): 1}
    amounts = {
        ("product", "id", "price"): 0,
        ("price_entry", "product_id", "price_before"): 0,
        ("price_entry", "product_id", "price_after"): 0,
        ("shop_order", "id", "total"): 0,
        ("order_line", "order_id", "price"): 0,
    }
    return (
        Invariant(
            name="quantities are whole numbers",
            claim=f"Every quantity ordered is a whole number from 1 to {STOCK_MAX}.",
            broken=_outside(engine, quantities, STOCK_MAX),
        ),
        Invariant(
            name="amounts are whole cents",
            claim=f"Every price and total is from 0.00 to {MONEY_MAX}, in whole cents.",
            broken=_outside(engine, amounts, CENTS_MAX),
        ),
    )


def _outside(engine: Engine, least: dict[tuple[str, str, str], int], most: int) -> str:
    """Return the query for values out of range, in columns of several tables."""
    queries = [
        f"SELECT '{table}.{column}' AS place, {key} AS id, {column} AS found FROM {table}"
        f" WHERE {outside(engine, column, low, most)}"
        for (table, key, column), low in least.items()
    ]
    return f"{' UNION ALL '.join(queries)} ORDER BY 1, 2"


_REASONS = Invariant(
    name="stock entries know why",
    claim="What was sold or returned names its order, and no other stock entry does.",
    broken="""
        SELECT product_id, number, kind, quantity, order_id FROM stock_entry
        WHERE (kind IN ('sold', 'returned')) <> (order_id IS NOT NULL)
        ORDER BY product_id, number""",
)

_PRICES = (
    Invariant(
        name="price entries have no gap",
        claim="Each product's price entries are numbered from 1 without a gap.",
        broken="""
            SELECT product_id, COUNT(*) AS entries, MIN(number) AS first_number,
                   MAX(number) AS last_number
            FROM price_entry GROUP BY product_id
            HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)
            ORDER BY product_id""",
    ),
    Invariant(
        name="price entries follow each other",
        claim="Each price entry's old price is the new price of the one before it, if any; "
        "and it is not dated before that one.",
        broken="""
            SELECT product_id, number, previous_price AS previous_price_in_cents,
                   price_before AS price_before_in_cents, previous_at, at
            FROM (SELECT product_id, number, price_before, at,
                         LAG(price_after) OVER w AS previous_price, LAG(at) OVER w AS previous_at
                  FROM price_entry WINDOW w AS (PARTITION BY product_id ORDER BY number)) AS chain
            WHERE COALESCE(price_before, -1) <> COALESCE(previous_price, -1) OR at < previous_at
            ORDER BY product_id, number""",
    ),
    Invariant(
        name="price entries and products agree",
        claim="Each product's last price entry is its price.",
        broken="""
            SELECT product.id AS product_id, product.price_count AS entries_counted,
                   last.number AS last_number, product.price AS price_in_cents,
                   last.price_after AS price_in_entries_in_cents
            FROM product
            LEFT JOIN (SELECT product_id, MAX(number) AS number FROM price_entry
                       GROUP BY product_id) AS newest ON newest.product_id = product.id
            LEFT JOIN price_entry AS last
                 ON last.product_id = product.id AND last.number = newest.number
            WHERE last.number IS NULL OR product.price_count <> last.number
               OR product.price <> last.price_after
            ORDER BY product.id""",
    ),
)

_ORDERS = (
    Invariant(
        name="orders and stock agree",
        claim="What placed orders have of a stock was taken from it, and no more.",
        broken=f"""
            SELECT order_id, product_id, taken, ordered
            FROM (SELECT order_id, product_id,
                         {total("taken")} AS taken, {total("ordered")} AS ordered
                  FROM (SELECT order_id, product_id, -{wide("quantity")} AS taken,
                               {wide("0")} AS ordered
                        FROM stock_entry WHERE order_id IS NOT NULL
                        UNION ALL
                        SELECT line.order_id, line.product_id, {wide("0")}, {wide("line.quantity")}
                        FROM order_line AS line
                        JOIN shop_order ON shop_order.id = line.order_id
                             AND shop_order.lines_version = line.version
                        WHERE shop_order.state = 'placed' AND line.from_stock) AS moves
                  GROUP BY order_id, product_id) AS sums
            WHERE taken <> ordered
            ORDER BY order_id, product_id""",
    ),
    Invariant(
        name="orders add up",
        claim="An order's total is the sum of its lines, unless it was stated.",
        broken=f"""
            SELECT shop_order.id AS order_id, shop_order.total AS total_in_cents,
                   {total("line.cost")} AS lines_in_cents
            FROM shop_order
            LEFT JOIN (SELECT order_id, version, {wide("quantity")} * price AS cost
                       FROM order_line) AS line
                 ON line.order_id = shop_order.id AND line.version = shop_order.lines_version
            WHERE NOT shop_order.total_stated
            GROUP BY shop_order.id, shop_order.total
            HAVING shop_order.total <> {total("line.cost")}
            ORDER BY shop_order.id""",
    ),
    Invariant(
        name="orders are in a known state",
        claim="An order is placed or cancelled, and its lines are of one of its versions.",
        broken="""
            SELECT id AS order_id, state, version, lines_version FROM shop_order
            WHERE state NOT IN ('placed', 'cancelled')
               OR lines_version < 1 OR version < lines_version
            ORDER BY id""",
    ),
    Invariant(
        name="lines have no gap",
        claim="An order's lines are numbered from 1 without a gap, one line a product.",
        broken="""
            SELECT order_id, version, COUNT(*) AS line_count, MIN(number) AS first_number,
                   MAX(number) AS last_number, COUNT(DISTINCT product_id) AS products
            FROM order_line GROUP BY order_id, version
            HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)
                OR COUNT(DISTINCT product_id) <> COUNT(*)
            ORDER BY order_id, version""",
    ),
    Invariant(
        name="lines are not ahead",
        claim="No line is of a version later than its order's current lines.",
        broken="""
            SELECT line.order_id, line.version, line.number, shop_order.lines_version
            FROM order_line AS line JOIN shop_order ON shop_order.id = line.order_id
            WHERE line.version > shop_order.lines_version
            ORDER BY line.order_id, line.version, line.number""",
    ),
)


def _orphans(table: str, key: str, column: str, of: str) -> str:
    return (
        f"SELECT '{table}' AS orphan, one.{key} AS id, '{column}' AS names,"
        f" one.{column} AS missing FROM {table} AS one"
        f" LEFT JOIN {of} ON {of}.id = one.{column}"
        f" WHERE one.{column} IS NOT NULL AND {of}.id IS NULL"
    )


_ORPHANS = Invariant(
    name="nothing is orphaned",
    claim="Every customer, product and order that a row names is there.",
    broken=" UNION ALL ".join(
        (
            _orphans("shop_order", "id", "customer_id", "customer"),
            _orphans("order_line", "order_id", "order_id", "shop_order"),
            _orphans("order_line", "order_id", "product_id", "product"),
            _orphans("stock_entry", "product_id", "product_id", "product"),
            _orphans("price_entry", "product_id", "product_id", "product"),
            _orphans("stock_entry", "product_id", "order_id", "shop_order"),
        )
    )
    + " ORDER BY 1, 2",
)


def broken_digests() -> Iterator[dict[str, Any]]:
    """Yield customers with a wrong digest, and deleted ones that still have a digest or uid."""
    columns = ("username", "username_digest", "uid", "deleted_at")
    for page in pages(Customer.objects.only(*columns), CUSTOMERS_AT_ONCE):
        for customer in page:
            deleted, username = customer.deleted_at is not None, customer.username
            digest = None if deleted or username is None else rules.digest(username)
            if customer.username_digest != digest or (deleted and customer.uid is not None):
                yield {
                    "customer_id": customer.pk,
                    "username": customer.username,
                    "username_digest": customer.username_digest,
                    "uid": customer.uid,
                    "deleted_at": customer.deleted_at,
                }
