"""No invariant without a test that breaks it."""

from __future__ import annotations

import pytest

from tests.audit import test_audit, test_shop_audit, test_shop_numbers, test_shop_prices
from tradepost.audit.report import audit


@pytest.mark.django_db
def test_every_invariant_has_been_broken() -> None:
    """A new one without such a test fails this one."""
    of_trading = [named for _, named in test_audit.BREACHES]
    of_the_shop = [named for *_, named in test_shop_audit.BREACHES]
    of_prices = [named for *_, named in test_shop_prices.BREACHES]
    tried = set[str]().union(*of_trading, *of_the_shop, *of_prices)

    found = {one.name for one in audit().findings}

    assert found == tried | test_audit.BY_HAND | test_shop_numbers.BY_HAND
