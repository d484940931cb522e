"""An example of every problem, for the OpenAPI document."""

from collections.abc import Callable

from tradepost import errors, txn
from tradepost.access import errors as access
from tradepost.api import errors as own
from tradepost.api.validation import OutOfRange
from tradepost.shop import errors as shop
from tradepost.trading import errors as trading


def _invalid(
    kind: Callable[[str, list[dict[str, str]]], errors.Refusal], code: str, detail: str
) -> errors.Refusal:
    return kind(f"/goods: {detail}", [{"pointer": "/goods", "code": code, "detail": detail}])


MALFORMED = _invalid(errors.Malformed, "int_type", "Input should be a valid integer")
OUT_OF_RANGE = _invalid(
    OutOfRange, "greater_than_equal", "Input should be greater than or equal to 1"
)
EXAMPLES: dict[type[errors.TradepostError], errors.TradepostError] = {
    type(example): example
    for example in (
        MALFORMED,
        OUT_OF_RANGE,
        access.BadHost(),
        own.BodyTooLarge(limit=4194304),
        own.BodyTooSlow(limit_s=30.0),
        own.InternalError(),
        own.MethodNotAllowed(method="PUT", allowed="GET, POST"),
        own.ReceiptNotFound(key="order-42"),
        own.RouteNotFound(path="/api/v1/nothing"),
        access.SignInRequired(),
        access.KeyRefused(),
        access.Forbidden(actor="key:till-3"),
        access.OwnAccount(),
        access.QuotaExceeded(limit=600, retry_after_s=2),
        own.CsrfRefused(),
        access.RemoteCaller(),
        access.CrossSiteRequest(),
        trading.PlayerNotFound(player=99),
        trading.TradeNotFound(trade="1-17"),
        trading.SamePlayer(player=1),
        trading.InsufficientCoins(player=2, required=100, available=7),
        trading.InsufficientGoods(player=1, required=10, available=3),
        trading.BalanceTooLarge(
            player=1, asset="coins", required=9007199254740992, limit=9007199254740991
        ),
        trading.NothingToAdjust(),
        trading.BalanceChanged(player=1, asset="coins", available=88, seen=100),
        shop.CustomerNotFound(customer=99),
        shop.ProductNotFound(product=99),
        shop.OrderNotFound(order=99),
        shop.CustomerExists(identifier="username", value="ann"),
        shop.NobodyNamed(),
        shop.OutOfStockError(product=1, required=1, available=0),
        shop.InsufficientQuantityError(product=1, required=3, available=2),
        shop.StockTooLarge(product=1, required=9007199254740992, limit=9007199254740991),
        shop.StockNotTracked(product=1),
        shop.PriceChanged(product=1, expected="12.50", price="13.00"),
        shop.TotalTooLarge(total="10000000000000000.00", limit="9999999999999999.99"),
        shop.OrderNotPlaced(order=1, state="cancelled"),
        shop.VersionChanged(version="2"),
        shop.QuantityOutOfRange(quantity=9007199254740992, least=1, limit=9007199254740991),
        shop.AmountOutOfRange(amount="-0.01", limit="9999999999999999.99", places=2),
        shop.NothingToChange(),
        txn.Busy(),
        txn.ConstraintRefused(),
        txn.DatabaseUnavailable(),
        txn.KeyInProgress(key="order-42"),
        txn.KeyReused(key="order-42"),
        txn.Locked(wait_s=0),
        txn.OutcomeUnknown(),
    )
}
