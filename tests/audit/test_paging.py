"""Tables of any size are read some rows at a time, each row once."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.shop.actors import register
from tradepost.audit import paging
from tradepost.audit.paging import pages
from tradepost.shop.models import Customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (9, [5])])
def test_every_row_is_on_one_page(size: int, sizes: list[int]) -> None:
    """In the order of their keys, whatever the query says; full pages but for the last."""
    made = [register() for _ in range(5)]

    found = list(pages(Customer.objects.order_by("-pk"), size))

    assert [len(page) for page in found] == sizes
    assert [customer.pk for page in found for customer in page] == made


def test_an_empty_table_has_no_page() -> None:
    """Nothing to look at."""
    assert list(pages(Customer.objects.all())) == []


@pytest.mark.parametrize(("at_once", "files"), [(100, 64), (7, 64), (3, 2), (1, 2)])
def test_lines_are_sorted_on_disk(
    at_once: int, files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one file, in several, and in more than are open at once."""
    monkeypatch.setattr(paging, "SORTED_AT_ONCE", at_once)
    monkeypatch.setattr(paging, "FILES_MAX", files)
    lines = [b"%d\n" % (number * 7919 % 50) for number in range(60)]

    assert list(paging.sorted_on_disk(iter(lines))) == sorted(lines)


def test_no_lines_are_sorted_too() -> None:
    """An audit of a new database."""
    assert list(paging.sorted_on_disk([])) == []


def test_only_some_lines_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: none is kept once it is in a file."""
    monkeypatch.setattr(paging, "SORTED_AT_ONCE", 1000)
    lines = (b"%09d" % number * 20 + b"\n" for number in range(50_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in paging.sorted_on_disk(lines))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 50_000
    assert peak < 2_000_000 < count * 180
