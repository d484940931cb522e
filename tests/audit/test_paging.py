"""Tables of any size are read some rows at a time, each row once."""

from __future__ import annotations

import pytest

from tests.shop.actors import register
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
