"""The rights that the pages require."""

from __future__ import annotations

from tradepost.access.rights import Right
from tradepost.access.routes import allow

READERS = allow(Right.READ, page=True)
TRADERS = allow(Right.TRADE, Right.TRADE, page=True)
ADMINS = allow(Right.ADMIN, Right.ADMIN, page=True)
EVERYBODY = allow(Right.ENTER, Right.ENTER, page=True)
# It redirects, and has no form.
START = allow(Right.ENTER, page=True)
# A button that starts an audit, which only reads.
AUDIT = allow(Right.READ, Right.READ, page=True)
VISITORS = allow(frozenset({Right.BUY, Right.READ}), page=True)
BUYERS = allow(frozenset({Right.BUY, Right.SHOP}), frozenset({Right.BUY, Right.SHOP}), page=True)
# Callers see only their own.
RECEIPTS = allow(frozenset({Right.BUY, Right.READ, Right.TRADE, Right.SHOP}), page=True)
