"""What an uploaded table would change, with every problem in it."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

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


class _Row:
    """The values of a row; what cannot be read is None or empty, and a problem."""

    def __init__(self, number: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.number, self.cells, self.problems = number, cells, problems
        self.id = self._whole("id", 1, ID_MAX)
        self.name = self._name()
        self.price = self._price()
        self.delivery = self._whole("delivery", 1, STOCK_MAX)

    def add_problem(self, column: str, text: str) -> None:
        self.problems.append(Problem(self.number, column, text))

    def _get(self, column: str) -> str:
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

    def _whole(self, column: str, least: int, most: int) -> int | None:
        text = self._get(column)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX:
            if least <= int(text) <= most:
                return int(text)
            self.add_problem(column, f"{text} is not from {least} to {most}")
        else:
            self.add_problem(column, f"“{text[:DIGITS_MAX]}” is not a whole number")
        return None

    def _name(self) -> str:
        text = self._get("name")
        if len(text) > NAME_MAX_LENGTH:
            self.add_problem("name", f"has {len(text)} characters; {NAME_MAX_LENGTH} are the most")
        return text

    def _price(self) -> Decimal | None:
        text = self._get("price")
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
    read = []
    for place, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        cells = dict(zip(columns, row, strict=False))
        if len(row) > len(columns):
            plan.problems.append(Problem(place, "—", "has more cells than the header"))
        read.append(_Row(place, cells, plan.problems))
    known = Product.objects.in_bulk([row.id for row in read if row.id is not None])
    seen: set[int] = set()
    for one in read:
        _add_line(plan, one, known, seen)
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


def _add_line(plan: Plan, row: _Row, known: dict[int, Product], seen: set[int]) -> None:
    edits = True
    if row.id is not None:
        product = known.get(row.id)
        if product is None or product.deleted_at is not None:
            row.add_problem("id", f"there is no product {row.id}")
            return
        if row.id in seen:
            row.add_problem("id", f"product {row.id} is there twice")
            return
        seen.add(row.id)
        edits = (product.name, product.price) != (row.name, row.price)
        try:
            STOCK.changed(product, {"stock": row.delivery or 0})
        except Refusal as refusal:
            row.add_problem("delivery", str(refusal))
    if row.price is not None and row.name:
        price = str(row.price)
        plan.lines.append(Line(row.number, row.id, row.name, price, row.delivery, edits))
