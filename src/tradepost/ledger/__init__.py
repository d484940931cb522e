"""Who owns what: balances that change only together with a ledger entry.

A `Book` declares the tables. It gives postings for decisions, statements for readers, and
invariants for the audit.
"""

from tradepost.ledger.book import Book
from tradepost.ledger.declaration import Asset, Effect, Kind, Words
from tradepost.ledger.invariant import Invariant
from tradepost.ledger.posting import (
    Cause,
    Closing,
    Insufficient,
    LimitExceeded,
    Opening,
    OwnerRow,
    Posting,
    Refusals,
)
from tradepost.ledger.statements import EntryFilter

__all__ = [
    "Asset",
    "Book",
    "Cause",
    "Closing",
    "Effect",
    "EntryFilter",
    "Insufficient",
    "Invariant",
    "Kind",
    "LimitExceeded",
    "Opening",
    "OwnerRow",
    "Posting",
    "Refusals",
    "Words",
]
