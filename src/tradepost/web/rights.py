"""The rights that the pages ask for."""

from __future__ import annotations

from tradepost.access.rights import Right
from tradepost.access.routes import allow

READERS = allow(Right.READ, page=True)
TRADERS = allow(Right.TRADE, Right.TRADE, page=True)
ADMINS = allow(Right.ADMIN, Right.ADMIN, page=True)
EVERYBODY = allow(Right.ENTER, Right.ENTER, page=True)
# It redirects, and takes no form.
START = allow(Right.ENTER, page=True)
# A form without a field, which reads the books.
AUDIT = allow(Right.READ, Right.READ, page=True)
VISITORS = allow(frozenset({Right.BUY, Right.READ}), page=True)
BUYERS = allow(frozenset({Right.BUY, Right.SHOP}), frozenset({Right.BUY, Right.SHOP}), page=True)
# The caller's own: they are looked up under the caller's name.
RECEIPTS = allow(frozenset({Right.BUY, Right.READ, Right.TRADE, Right.SHOP}), page=True)
