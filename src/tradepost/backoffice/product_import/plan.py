"""What an uploaded table would change, with every problem in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from tradepost.backoffice.product_import.reading import FORMULA, Unreadable
from tradepost.errors import Refusal
from tradepost.limits import ID_MAX
from tradepost.shop import money
from tradepost.shop.models import NAME_MAX_LENGTH, STOCK_MAX, Product
from tradepost.shop.stock import STOCK

REQUIRED_COLUMNS = ("name", "price")
COLUMNS = ("id", *REQUIRED_COLUMNS, "delivery")
# The most digits that a number may have; the shop checks the limits of amounts.
DIGITS_MAX = 30
PRICE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


class Line(NamedTuple):
    """What one row would change.

    Attributes:
        row: The row's number in a spreadsheet, where the header is row 1.
        product: The id of the product to edit, or None to add one.
        price: The exact amount, as text.
        delivery: How many to add to the stock.
        edits: Whether the name or the price would change.
    """

    row: int
    product: int | None
    name: str
    price: str
    delivery: int | None
    edits: bool


class Problem(NamedTuple):
    row: int
    column: str
    text: str


@dataclass(slots=True)
class Plan:
    """What a table would change, and its problems."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(line.product is None for line in self.lines)

    @property
    def edited(self) -> int:
        """The number of products with a new name or price."""
        return sum(line.product is not None and line.edits for line in self.lines)

    @property
    def deliveries(self) -> int:
        """The number of products with a delivery or an initial stock."""
        return sum(line.delivery is not None for line in self.lines)


class _Cells:
    """Reads the cells of a row, and collects their problems."""

    def __init__(self, row: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.row, self.cells, self.problems = row, cells, problems

    def add_problem(self, column: str, text: str) -> None:
        self.problems.append(Problem(self.row, column, text))

    def get(self, column: str) -> str:
        text = self.cells.get(column, "")
        if text.startswith(FORMULA):
            self.add_problem(column, "is a formula; write the value itself")
            return ""
        if not text.isprintable():
            self.add_problem(column, "has characters that cannot be shown")
            return ""
        if not text and column in REQUIRED_COLUMNS:
            self.add_problem(column, "is empty")
        return text

    def whole(self, column: str, least: int, most: int) -> int | None:
        text = self.get(column)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX:
            if least <= int(text) <= most:
                return int(text)
            self.add_problem(column, f"{text} is not from {least} to {most}")
        else:
            self.add_problem(column, f"“{text[:DIGITS_MAX]}” is not a whole number")
        return None

    def name(self) -> str:
        text = self.get("name")
        if len(text) > NAME_MAX_LENGTH:
            self.add_problem("name", f"has {len(text)} characters; {NAME_MAX_LENGTH} are the most")
        return text

    def price(self) -> Decimal | None:
        text = self.get("price")
        if not text:
            return None
        if not PRICE.fullmatch(text):
            self.add_problem("price", f"“{text[:DIGITS_MAX]}” is not an amount such as 12.50")
            return None
        try:
            return money.from_cents(money.cents(Decimal(text)))
        except Refusal as refusal:
            self.add_problem("price", str(refusal))
        return None


def make_plan(rows: list[list[str]]) -> Plan:
    """Return what a table would change.

    Raises:
        Unreadable: The table has no rows, or unknown columns.
    """
    columns = _columns(rows)
    if len(rows) < 2:
        raise Unreadable("There is a header, and no row below it.")
    plan = Plan()
    records = []
    for place, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        cells = dict(zip(columns, row, strict=False))
        if len(row) > len(columns):
            plan.problems.append(Problem(place, "—", "has more cells than the header"))
        records.append(_record(_Cells(place, cells, plan.problems)))
    known = Product.objects.in_bulk([row["id"] for row in records if row["id"] is not None])
    seen: set[int] = set()
    for record in records:
        _add_line(plan, record, known, seen)
    plan.problems.sort()
    return plan


def _columns(rows: list[list[str]]) -> list[str]:
    columns = [cell.casefold() for cell in rows[0]] if rows else []
    unknown = [name for name in columns if name not in COLUMNS]
    if "stock" in unknown:
        raise Unreadable(
            "The column “stock” is not imported: what is there changes while files lie about. "
            "Call it “delivery”, and write how many are added to the stock."
        )
    if unknown or len(set(columns)) < len(columns):
        wrong = f"“{unknown[0][:50]}” is none of them" if unknown else "one is there twice"
        raise Unreadable(
            f"The first row names the columns: {', '.join(COLUMNS)}, in any order; {wrong}."
        )
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise Unreadable(f"The column “{missing[0]}” is missing in the first row.")
    return columns


def _record(cells: _Cells) -> dict[str, Any]:
    return {
        "row": cells.row,
        "id": cells.whole("id", 1, ID_MAX),
        "name": cells.name(),
        "price": cells.price(),
        "delivery": cells.whole("delivery", 1, STOCK_MAX),
    }


def _add_line(
    plan: Plan, record: dict[str, Any], known: dict[int, Product], seen: set[int]
) -> None:
    """Add a row's line or its problems to the plan."""
    row, number, name = record["row"], record["id"], record["name"]
    price, delivery = record["price"], record["delivery"]
    edits = True
    if number is not None:
        product = known.get(number)
        if product is None or product.deleted_at is not None:
            plan.problems.append(Problem(row, "id", f"there is no product {number}"))
            return
        if number in seen:
            plan.problems.append(Problem(row, "id", f"product {number} is there twice"))
            return
        seen.add(number)
        edits = (product.name, product.price) != (name, price)
        try:
            STOCK.changed(product, {"stock": delivery or 0})
        except Refusal as refusal:
            plan.problems.append(Problem(row, "delivery", str(refusal)))
    if price is not None and name:
        plan.lines.append(Line(row, number, name, str(price), delivery, edits))
