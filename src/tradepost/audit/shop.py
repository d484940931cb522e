"""What must hold over stocks and orders, as queries for a row that breaks it."""

from __future__ import annotations

from tradepost.engines import Engine
from tradepost.ledger.invariant import Invariant, outside, total, wide
from tradepost.shop.models import STOCK_MAX
from tradepost.shop.money import CENTS_MAX, MONEY_MAX


def invariants(engine: Engine) -> tuple[Invariant, ...]:
    """Return the invariants, in the order in which a breach is best read."""
    return (*_ranges(engine), *_LEDGER, *_ORDERS, _ORPHANS)


def _ranges(engine: Engine) -> tuple[Invariant, ...]:
    stocks = {("product", "id", "stock"): 0, ("stock_entry", "product_id", "stock_after"): 0}
    quantities = {
        ("stock_entry", "product_id", "quantity"): -STOCK_MAX,
        ("order_line", "order_id", "quantity"): 1,
    }
    amounts = {
        ("product", "id", "price"): 0,
        ("shop_order", "id", "total"): 0,
        ("order_line", "order_id", "price"): 0,
    }
    return (
        Invariant(
            name="stocks are whole numbers",
            claim=f"Every stock is a whole number from 0 to {STOCK_MAX}.",
            broken=_outside(engine, stocks, STOCK_MAX),
        ),
        Invariant(
            name="quantities are whole numbers",
            claim=f"No stock changes, and nothing is ordered, by more than {STOCK_MAX}.",
            broken=_outside(engine, quantities, STOCK_MAX),
        ),
        Invariant(
            name="amounts are whole cents",
            claim=f"Every price and total is from 0.00 to {MONEY_MAX}, in whole cents.",
            broken=_outside(engine, amounts, CENTS_MAX),
        ),
    )


def _outside(engine: Engine, least: dict[tuple[str, str, str], int], most: int) -> str:
    """Return the query for what is out of range, in columns of several tables."""
    queries = [
        f"SELECT '{table}.{column}' AS place, {key} AS id, {column} AS found FROM {table}"
        f" WHERE {outside(engine, column, low, most)}"
        for (table, key, column), low in least.items()
    ]
    return f"{' UNION ALL '.join(queries)} ORDER BY 1, 2"


_LEDGER = (
    Invariant(
        name="stock entries have no gap",
        claim="Each product's stock entries are numbered from 1 without a gap.",
        broken="""
            SELECT product_id, COUNT(*) AS entries, MIN(number) AS first_number,
                   MAX(number) AS last_number
            FROM stock_entry GROUP BY product_id
            HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)
            ORDER BY product_id""",
    ),
    Invariant(
        name="stock entries add up",
        claim="Each stock entry's stock is the one before plus its quantity.",
        broken=f"""
            SELECT product_id, number, stock_before, quantity, stock_after
            FROM (SELECT product_id, number, quantity, stock_after,
                         COALESCE(LAG(stock_after) OVER w, 0) AS stock_before
                  FROM stock_entry WINDOW w AS (PARTITION BY product_id ORDER BY number)) AS chain
            WHERE stock_after <> stock_before + {wide("quantity")}
            ORDER BY product_id, number""",
    ),
    Invariant(
        name="stock ledger and products agree",
        claim="Each product's last stock entry is its stock; without one there is none.",
        broken="""
            SELECT product.id AS product_id, product.entry_count AS entries_counted,
                   COALESCE(last.number, 0) AS last_number,
                   product.stock, last.stock_after AS stock_in_ledger
            FROM product
            LEFT JOIN (SELECT product_id, MAX(number) AS number FROM stock_entry
                       GROUP BY product_id) AS newest ON newest.product_id = product.id
            LEFT JOIN stock_entry AS last
                 ON last.product_id = product.id AND last.number = newest.number
            WHERE product.entry_count <> COALESCE(last.number, 0)
               OR COALESCE(product.stock, 0) <> COALESCE(last.stock_after, 0)
               OR (product.stock IS NULL AND last.number IS NOT NULL)
            ORDER BY product.id""",
    ),
    Invariant(
        name="no item is lost or made up",
        claim="Each product's stock is the sum of its stock entries.",
        broken=f"""
            SELECT product.id AS product_id, product.stock, ledger.stock_in_ledger
            FROM product
            LEFT JOIN (SELECT product_id, {total("quantity")} AS stock_in_ledger
                       FROM stock_entry GROUP BY product_id) AS ledger
                 ON ledger.product_id = product.id
            WHERE COALESCE(product.stock, 0) <> COALESCE(ledger.stock_in_ledger, 0)
            ORDER BY product.id""",
    ),
    Invariant(
        name="stock entries know why",
        claim="What was sold or returned names its order, and no other stock entry does.",
        broken="""
            SELECT product_id, number, kind, quantity, order_id FROM stock_entry
            WHERE NOT CASE kind
                WHEN 'sold' THEN order_id IS NOT NULL AND quantity < 0
                WHEN 'returned' THEN order_id IS NOT NULL AND quantity > 0
                WHEN 'received' THEN order_id IS NULL AND quantity > 0
                WHEN 'adjusted' THEN order_id IS NULL AND quantity <> 0
                ELSE 0 = 1 END
            ORDER BY product_id, number""",
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
            _orphans("stock_entry", "product_id", "order_id", "shop_order"),
        )
    )
    + " ORDER BY 1, 2",
)
