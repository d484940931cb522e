"""The stored outcome of a request."""

from typing import Any

from django.http import HttpRequest

from tradepost import txn
from tradepost.access.caller import caller_of
from tradepost.api import rights
from tradepost.api.errors import ReceiptNotFound
from tradepost.api.presenters import presenters
from tradepost.api.routes import ApiRouter
from tradepost.api.trading import schemas as s

router = ApiRouter(tags=["receipts"])


@router.read("/receipts/{path:key}", s.ReceiptOut, ReceiptNotFound)
@rights.RECEIPTS
def get_receipt(request: HttpRequest, key: str) -> dict[str, Any]:
    """Get the stored outcome of the request that had this idempotency key."""
    receipt = txn.find_receipt(txn.Key(caller_of(request).actor, key))
    if receipt is None:
        raise ReceiptNotFound(key=key)
    return {
        "key": key,
        "act": receipt.act,
        "applied_at": receipt.created_at,
        "outcome": presenters.make(receipt.act, receipt.answer),
    }
