"""What the private databases hold: filled alike on both sides, and summed up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from bench.cases import Data
from bench.databases import OURS, PEER, REFERENCE, Database
from bench.load.dialects import PRODUCTS
from bench.load.peers import identity

# What everybody has at the start: more than any run spends.
START = 1_000_000_000
PRICE_CENTS, PRICE = 1250, "12.50"
ACTOR = "bench"
ENTRY_COLUMNS = (
    "player_id", "number", "kind", "coins", "goods", "coins_after", "goods_after",
    "counterparty_id", "counterparty_number", "actor", "reason", "at",
)  # fmt: skip
PLAYER_COLUMNS = ("id", "name", "coins", "goods", "entry_count", "created_at", "updated_at")
CUSTOMER_COLUMNS = ("id", "name", "created_at", "updated_at", "updated_by")
PRODUCT_COLUMNS = (
    "id", "name", "folded_name", "price", "stock", "entry_count", "price_count", "last_entry_at",
    "edit_count", "created_at", "updated_at", "updated_by",
)  # fmt: skip
STOCK_COLUMNS = (
    "product_id", "number", "kind", "quantity", "stock_after", "order_id", "actor", "reason", "at",
)  # fmt: skip
PRICE_COLUMNS = ("product_id", "number", "price_before", "price_after", "actor", "at")
SHOP_TABLES = (
    "receipt", "price_entry", "stock_entry", "order_line", "shop_order", "product", "customer",
)  # fmt: skip
WALLETS = (
    "(SELECT (wallet->>'coin')::bigint AS coins, (wallet->>'goods')::bigint AS goods"
    " FROM users WHERE username <> '') AS wallets"
)
# How many trades a ledger has.
SALES = {
    OURS: "SELECT COUNT(*) FROM entry WHERE kind = 'sold'",
    PEER: "SELECT COUNT(*) FROM wallet_ledger WHERE (changeset->>'goods')::bigint < 0",
}
Rows = Iterable[Sequence[Any]]


class Totals(NamedTuple):
    """What there is in a database.

    Attributes:
        kept: What no load makes more or less, by name.
        least: The smallest balance of any player, or the smallest stock.
        done: Trades in the ledger, or orders of a shop without players; the tutorial keeps no
            ledger.
    """

    kept: dict[str, int]
    least: int
    done: int | None


def fill(database: Database, name: str, data: Data) -> None:
    """Empty the tables and put in what a load begins with."""
    with closing(database.connect(name)) as connection:
        if data.shop:
            _fill_shop(database, connection, name, data.players)
        if not data.trading:
            pass
        elif name == PEER:
            _fill_wallets(database, connection, data.players)
        elif name == REFERENCE:
            rows = ((place, START, START) for place in range(1, data.players + 1))
            database.empty(connection, ("player",))
            database.insert(connection, "player", ("id", "coins", "goods"), rows)
        else:
            database.empty(connection, ("receipt", "entry", "player"))
            _enlist(database, connection, range(1, data.players + 1), data.history)
        database.settle(connection)


def totals(database: Database, name: str, data: Data) -> Totals:
    """Sum up what there is."""
    with closing(database.connect(name)) as connection, closing(connection.cursor()) as cursor:

        def one(statement: str) -> list[int]:
            cursor.execute(statement)
            return [int(value) for value in cursor.fetchone()]

        if not data.trading:
            stock, least = one("SELECT SUM(stock), MIN(stock) FROM product")
            orders, lines = ("shop_order", "order_line") if name == OURS else ("orders", "orders")
            (sold,) = one(f"SELECT COALESCE(SUM(quantity), 0) FROM {lines}")
            (count,) = one(f"SELECT COUNT(*) FROM {orders}")
            return Totals({"items, sold ones included": stock + sold}, least, count)
        owned = WALLETS if name == PEER else "player"
        coins, goods, *balances = one(
            f"SELECT SUM(coins), SUM(goods), MIN(coins), MIN(goods) FROM {owned}"
        )
        (trades,) = one(SALES[name]) if name in SALES else (None,)
    return Totals({"coins": coins, "goods": goods}, min(balances), trades)


def _fill_wallets(database: Database, connection: Any, players: int) -> None:
    """Add Nakama's players with a wallet, and the user that stands for Nakama itself."""
    database.empty(connection, ("users",), cascade=True)
    wallet = json.dumps({"coin": START, "goods": START})
    nobody = ("00000000-0000-0000-0000-000000000000", "", "{}")
    users = ((identity(one), f"player {one}", wallet) for one in range(1, players + 1))
    database.insert(connection, "users", ("id", "username", "wallet"), (nobody, *users))


def _enlist(database: Database, connection: Any, ids: range, history: int) -> None:
    """Add players of ours with the entries that say where all they have came from."""
    at = _now(database)
    have = START + history - 1
    players = ((one, f"player {one}", have, START, history, at, at) for one in ids)
    database.insert(connection, "player", PLAYER_COLUMNS, players)
    entries = (
        (one, number, *_change(number), None, None, ACTOR, "", at)
        for one in ids
        for number in range(1, history + 1)
    )
    database.insert(connection, "entry", ENTRY_COLUMNS, entries)


def _fill_shop(database: Database, connection: Any, name: str, customers: int) -> None:
    """Add customers and products with a stock."""
    people, products = range(1, customers + 1), range(1, PRODUCTS + 1)
    if name == REFERENCE:
        database.empty(connection, ("orders", "product", "customer"), cascade=True)
        named = ((one, f"customer {one}") for one in people)
        database.insert(connection, "customer", ("id", "name"), named)
        goods: Rows = ((one, f"product {one}", PRICE, START) for one in products)
        database.insert(connection, "product", ("id", "name", "price", "stock"), goods)
        return
    database.empty(connection, SHOP_TABLES)
    at = _now(database)
    buyers = ((one, f"customer {one}", at, at, ACTOR) for one in people)
    database.insert(connection, "customer", CUSTOMER_COLUMNS, buyers)
    goods = (
        (one, f"product {one}", f"product {one}", PRICE_CENTS, START, 1, 1, at, 0, at, at, ACTOR)
        for one in products
    )
    database.insert(connection, "product", PRODUCT_COLUMNS, goods)
    received = ((one, 1, "received", START, START, None, ACTOR, "", at) for one in products)
    database.insert(connection, "stock_entry", STOCK_COLUMNS, received)
    priced = ((one, 1, None, PRICE_CENTS, ACTOR, at) for one in products)
    database.insert(connection, "price_entry", PRICE_COLUMNS, priced)


def _now(database: Database) -> dt.datetime:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return now if database.engine == "postgresql" else now.replace(tzinfo=None)


def _change(number: int) -> tuple[str, int, int, int, int]:
    """Return an entry's kind, its change of coins and goods, and the balance after it."""
    if number == 1:
        return "created", START, START, START, START
    return "adjusted", 1, 0, START + number - 1, START
