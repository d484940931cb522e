"""What a table of products would change: every row checked, every problem named."""

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

NEEDED = ("name", "price")
KNOWN = ("id", *NEEDED, "delivery")
# As many digits as a number may have; the amount's own limits are the shop's.
DIGITS_MAX = 30
PRICE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


class Line(NamedTuple):
    """What one row asks for.

    Attributes:
        row: As a spreadsheet counts it: the header is row 1.
        product: The id of a product to edit; None adds one.
        price: As text, exactly.
        delivery: So many are received.
        edits: Whether name or price are others than before.
    """

    row: int
    product: int | None
    name: str
    price: str
    delivery: int | None
    edits: bool


class Problem(NamedTuple):
    """What is wrong with a cell."""

    row: int
    column: str
    text: str


@dataclass(slots=True)
class Plan:
    """What a table would change."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def added(self) -> int:
        """How many products are new."""
        return sum(line.product is None for line in self.lines)

    @property
    def edited(self) -> int:
        """How many products get another name or price."""
        return sum(line.product is not None and line.edits for line in self.lines)

    @property
    def deliveries(self) -> int:
        """How many products get a delivery, or begin with a stock."""
        return sum(line.delivery is not None for line in self.lines)


class _Cells:
    """The cells of a row, read one by one; what is wrong is noted."""

    def __init__(self, row: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.row, self.cells, self.problems = row, cells, problems

    def note(self, column: str, text: str) -> None:
        self.problems.append(Problem(self.row, column, text))

    def get(self, column: str) -> str:
        text = self.cells.get(column, "")
        if text.startswith(FORMULA):
            self.note(column, "is a formula; write the value itself")
            return ""
        if not text.isprintable():
            self.note(column, "has characters that cannot be shown")
            return ""
        if not text and column in NEEDED:
            self.note(column, "is empty")
        return text

    def whole(self, column: str, least: int, most: int) -> int | None:
        text = self.get(column)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX:
            if least <= int(text) <= most:
                return int(text)
            self.note(column, f"{text} is not from {least} to {most}")
        else:
            self.note(column, f"“{text[:DIGITS_MAX]}” is not a whole number")
        return None

    def name(self) -> str:
        text = self.get("name")
        if len(text) > NAME_MAX_LENGTH:
            self.note("name", f"has {len(text)} characters; {NAME_MAX_LENGTH} are the most")
        return text

    def price(self) -> Decimal | None:
        text = self.get("price")
        if not text:
            return None
        if not PRICE.fullmatch(text):
            self.note("price", f"“{text[:DIGITS_MAX]}” is not an amount such as 12.50")
            return None
        try:
            return money.from_cents(money.cents(Decimal(text)))
        except Refusal as refusal:
            self.note("price", str(refusal))
        return None


def made(rows: list[list[str]]) -> Plan:
    """Return what a table would change.

    Raises:
        Unreadable: It has no rows, or other columns than there are.
    """
    columns = _columns(rows)
    if len(rows) < 2:
        raise Unreadable("There is a header, and no row below it.")
    plan = Plan()
    read = []
    for place, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        cells = dict(zip(columns, row, strict=False))
        if len(row) > len(columns):
            plan.problems.append(Problem(place, "—", "has more cells than the header"))
        read.append(_read(_Cells(place, cells, plan.problems)))
    known = Product.objects.in_bulk([row["id"] for row in read if row["id"] is not None])
    seen: set[int] = set()
    for values in read:
        _add(plan, values, known, seen)
    plan.problems.sort()
    return plan


def _columns(rows: list[list[str]]) -> list[str]:
    columns = [cell.casefold() for cell in rows[0]] if rows else []
    strange = [name for name in columns if name not in KNOWN]
    if "stock" in strange:
        raise Unreadable(
            "The column “stock” is not imported: what is there changes while files lie about. "
            "Call it “delivery”, and write how many are added to the stock."
        )
    if strange or len(set(columns)) < len(columns):
        wrong = f"“{strange[0][:50]}” is none of them" if strange else "one is there twice"
        raise Unreadable(
            f"The first row names the columns: {', '.join(KNOWN)}, in any order; {wrong}."
        )
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Unreadable(f"The column “{missing[0]}” is missing in the first row.")
    return columns


def _read(cells: _Cells) -> dict[str, Any]:
    return {
        "row": cells.row,
        "id": cells.whole("id", 1, ID_MAX),
        "name": cells.name(),
        "price": cells.price(),
        "delivery": cells.whole("delivery", 1, STOCK_MAX),
    }


def _add(plan: Plan, row: dict[str, Any], known: dict[int, Product], seen: set[int]) -> None:
    """Add a row's line to the plan, or what is wrong with it."""
    number, name, price = row["id"], row["name"], row["price"]
    edits = True
    if number is not None:
        product = known.get(number)
        if product is None or product.deleted_at is not None:
            plan.problems.append(Problem(row["row"], "id", f"there is no product {number}"))
            return
        if number in seen:
            plan.problems.append(Problem(row["row"], "id", f"product {number} is there twice"))
            return
        seen.add(number)
        edits = (product.name, product.price) != (name, price)
        try:
            STOCK.changed(product, {"stock": row["delivery"] or 0})
        except Refusal as refusal:
            plan.problems.append(Problem(row["row"], "delivery", str(refusal)))
    if price is not None and name:
        plan.lines.append(Line(row["row"], number, name, str(price), row["delivery"], edits))
