"""Acts: declared once, and what they store is read again as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tradepost.txn import Act, act, act_named, all_acts


@dataclass(frozen=True, slots=True)
class Sold:
    """One part that was sold."""

    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class SoldOut:
    """One part that was not."""

    available: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One value of each kind that can be stored."""

    id: int | None
    at: datetime
    total: Decimal | None
    parts: tuple[Sold | SoldOut, ...]
    names: Sequence[str]
    facts: Mapping[str, object]
    prices: dict[str, Decimal] = field(default_factory=dict)
    first: Sold | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an answer was asked for with."""

    names: tuple[str, ...]
    at_most: Decimal | None = None


AT = datetime(2026, 11, 28, 1, 2, 3, 456789, tzinfo=UTC)
ANSWER = Answer(
    id=None,
    at=AT,
    total=Decimal("12.50"),
    parts=(Sold("lamp", Decimal("0.10")), SoldOut(3)),
    names=["lamp", "tray"],
    facts={"limit": 7, "why": None},
    prices={"lamp": Decimal("0.10")},
    first=Sold("lamp", Decimal("0.10")),
)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of this test's own."""
    monkeypatch.setattr(act, "_acts", {})


def test_a_stored_answer_is_read_as_it_was() -> None:
    sell = Act("sell", Terms, Answer)
    stored = sell.dump(ANSWER)
    assert sell.load(stored, 1) == ANSWER
    assert json.loads(stored)["parts"] == [{"name": "lamp", "price": "0.10"}, {"available": 3}]
    assert json.loads(stored)["at"] == "2026-11-28T01:02:03.456789+00:00"


def test_terms_become_json_values() -> None:
    sell = Act("sell", Terms, Answer)
    assert sell.plain(Terms(("a", "b"), Decimal("1.00"))) == {
        "names": ["a", "b"],
        "at_most": "1.00",
    }
    assert sell.plain(Terms(())) == {"names": [], "at_most": None}


@pytest.mark.parametrize("kind", [set, float, bytes, dict[str, set[int]], "int"])
def test_what_cannot_be_stored_is_refused_where_it_is_declared(kind: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        Act("sell", Terms, kind)
    with pytest.raises(TypeError, match="cannot be stored"):
        Act("buy", kind, Answer)
    assert list(all_acts()) == []


def test_no_two_acts_have_one_name() -> None:
    sell = Act("sell", Terms, Answer)
    with pytest.raises(ValueError, match="'sell' already"):
        Act("sell", Terms, Sold)
    assert act_named("sell") is sell
    assert list(all_acts()) == [sell]


def test_an_answer_of_an_earlier_version_is_upgraded_step_by_step() -> None:
    """Version 1 had cents, version 2 a price without a name."""
    sell = Act(
        "sell",
        Terms,
        Sold,
        version=3,
        upgrades={
            1: lambda old: {"price": f"{old['cents'] / 100:.2f}"},
            2: lambda old: {**old, "name": "lamp"},
        },
    )
    assert sell.load('{"cents": 1250}', 1) == Sold("lamp", Decimal("12.50"))
    assert sell.load('{"price": "3.00"}', 2) == Sold("lamp", Decimal("3.00"))
    assert sell.load('{"name": "tray", "price": "3.00"}', 3) == Sold("tray", Decimal("3.00"))


def test_an_answer_of_a_newer_program_is_refused() -> None:
    sell = Act("sell", Terms, Sold)
    with pytest.raises(ValueError, match="newer than this program"):
        sell.load("{}", 2)


@pytest.mark.parametrize("upgrades", [{}, {1: dict}, {1: dict, 3: dict}])
def test_each_earlier_version_needs_an_upgrade(upgrades: dict[int, Any]) -> None:
    with pytest.raises(ValueError, match="one upgrade for each version"):
        Act("sell", Terms, Sold, version=3, upgrades=upgrades)
    assert list(all_acts()) == []
