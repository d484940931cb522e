"""What an invariant is, and the SQL that invariants share."""

from collections.abc import Iterable
from dataclasses import dataclass

from tradepost.engines import Engine

# Sums are computed in two parts of 32 bits: large numbers may add up to more than 64 bits.
LOW = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """Something that must hold at any moment.

    Attributes:
        name: Short and stable.
        claim: What holds, in a sentence.
        broken: A query for the rows that break it; a report shows them by the columns' names.
    """

    name: str
    claim: str
    broken: str


def outside(engine: Engine, column: str, low: int, high: int) -> str:
    """Return the condition that a value is neither null nor a whole number of a range."""
    conditions = [f"{column} < {low}", f"{column} > {high}"]
    if engine.not_whole_sql:
        conditions.append(engine.not_whole_sql.format(column=column))
    return f"({column} IS NOT NULL AND ({' OR '.join(conditions)}))"


def wide(column: str) -> str:
    """Return a whole number in a type for arithmetic: broken ones may overflow 64 bits."""
    return f"CAST({column} AS DECIMAL(38, 0))"


def high(number: str) -> str:
    """Return the sum of whole numbers' upper parts."""
    return f"COALESCE(SUM(({number} - {number} % {LOW}) / {LOW}), 0)"


def low(number: str) -> str:
    """Return the sum of whole numbers' lower 32 bits, which have the number's sign."""
    return f"COALESCE(SUM({number} % {LOW}), 0)"


def total(number: str) -> str:
    """Return a sum of whole numbers: exact within 64 bits, and beyond it never an error."""
    return f"CAST({high(number)} * {LOW} + {low(number)} AS DECIMAL(65, 0))"


def every(columns: Iterable[str], condition: str) -> str:
    """Return the condition that all columns meet a condition; true without columns."""
    return f"({' AND '.join(f'{column} {condition}' for column in columns) or '0 = 0'})"


def some(columns: Iterable[str], condition: str) -> str:
    """Return the condition that at least one of the columns meets a condition."""
    return f"({' OR '.join(f'{column} {condition}' for column in columns)})"
