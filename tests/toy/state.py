"""All that the toy's tables and the receipts hold, to be compared as a whole."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.toy.models import Account, Note
from tradepost.txn.models import Receipt


@dataclass(frozen=True)
class State:
    """Every row, as tuples of its columns."""

    accounts: tuple[Any, ...]
    notes: tuple[Any, ...]
    receipts: tuple[Any, ...]


def state() -> State:
    """Read every row there is."""
    return State(
        accounts=tuple(Account.objects.order_by("pk").values_list()),
        notes=tuple(Note.objects.order_by("pk").values_list()),
        receipts=tuple(Receipt.objects.order_by("pk").values_list()),
    )


@contextlib.contextmanager
def unchanged() -> Iterator[None]:
    """See to it that the block leaves every row as it was."""
    before = state()
    yield
    assert state() == before


def balances() -> list[int]:
    """Read the accounts' balances, in the order of their ids."""
    return list(Account.objects.order_by("pk").values_list("balance", flat=True))
