"""The audit: checks every invariant over one snapshot, and reports the first breaches."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tradepost import txn
from tradepost.audit import receipts, shop
from tradepost.ledger import Invariant
from tradepost.ledger import invariants as ledger
from tradepost.ledger.invariant import LOW
from tradepost.trading.book import PLAYERS

# How many breaches of an invariant a report shows.
SHOWN = 3
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The audit's result for one invariant.

    Attributes:
        breaches: The first rows that break it; none if it holds.
    """

    name: str
    claim: str
    breaches: list[Row]

    @property
    def holds(self) -> bool:
        return not self.breaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The audit's result.

    Attributes:
        totals: How many rows of each kind there are, including deleted ones; coins and goods
            that players own, and items in stock.
    """

    totals: dict[str, int]
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "holds": self.holds,
            "totals": self.totals,
            "invariants": [
                {
                    "name": finding.name,
                    "claim": finding.claim,
                    "holds": finding.holds,
                    "breaches": [
                        {name: _plain(value) for name, value in breach.items()}
                        for breach in finding.breaches
                    ],
                }
                for finding in self.findings
            ],
        }


def audit() -> Report:
    """Check every invariant, on one snapshot."""
    with txn.snapshot():
        totals = _totals()
        findings = [_checked(one) for one in ledger.invariants(PLAYERS, connection)]
        findings += [_checked(one) for one in shop.invariants(connection)]
        findings += [
            _finding(
                "customers are told apart",
                "Customers are found by the bytes of their usernames; deleted ones by nothing.",
                shop.broken_digests(),
            ),
            _checked(receipts.FINISHED),
            _finding(
                "receipts tell the truth",
                "Every receipt of a trade tells what the ledger has.",
                receipts.broken_trades(),
            ),
            _finding(
                "receipts of orders tell the truth",
                "Every receipt of an order tells what was ordered, and by whom.",
                receipts.broken_orders(),
            ),
            _finding(
                "a key is applied once",
                "No trade and no order was made under two keys.",
                receipts.twice_applied(),
            ),
        ]
    return Report(totals=totals, findings=findings)


def _checked(invariant: Invariant) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(f"{invariant.broken} LIMIT {SHOWN}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return Finding(name=invariant.name, claim=invariant.claim, breaches=rows)


def _finding(name: str, claim: str, breaches: Iterator[Row]) -> Finding:
    return Finding(name=name, claim=claim, breaches=list(itertools.islice(breaches, SHOWN)))


def totals() -> dict[str, int]:
    """Return the totals that the overview shows."""
    return {
        "players": _count("player", "0 = 0"),
        "coins": _sum("coins", "player", "coins > 0"),
        "goods": _sum("goods", "player", "goods > 0"),
        "products": _count("product", "deleted_at IS NULL"),
        "orders": _count("shop_order", "0 = 0"),
    }


def _totals() -> dict[str, int]:
    return {
        "players": _count("player", "0 = 0"),
        "entries": _count("entry", "0 = 0"),
        "trades": _count("entry", "kind = 'sold'"),
        "coins": _sum("coins", "player", "coins > 0"),
        "goods": _sum("goods", "player", "goods > 0"),
        "customers": _count("customer", "0 = 0"),
        "products": _count("product", "0 = 0"),
        "orders": _count("shop_order", "0 = 0"),
        "stock_entries": _count("stock_entry", "0 = 0"),
        "items": _sum("stock", "product", "stock > 0"),
    }


def _count(table: str, where: str) -> int:
    return _one(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0]


def _sum(expression: str, table: str, where: str) -> int:
    high, low = _one(
        f"SELECT COALESCE(SUM(({expression}) >> 32), 0), COALESCE(SUM(({expression}) % {LOW}), 0)"
        f" FROM {table} WHERE {where}"
    )
    return high * LOW + low


def _one(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        # Without parameters, so that % needs no escaping.
        cursor.execute(sql)
        return [int(value) for value in cursor.fetchone()]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str | None) else str(value)
