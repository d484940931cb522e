"""The shapes of /api/v1: what it takes, strictly, and what it answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tradepost.api import fields as f
from tradepost.api.shop import schemas as shop
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH

PLAYERS_MAX = 1000
TRADES_MAX = 10_000

Amount = Annotated[int, Field(ge=0, le=BALANCE_MAX)]
Positive = Annotated[int, Field(ge=1, le=BALANCE_MAX)]
Change = Annotated[int, Field(ge=-BALANCE_MAX, le=BALANCE_MAX)]
Name = Annotated[str, f.text(NAME_MAX_LENGTH), f.PRINTABLE_TEXT]
NewName = Annotated[str, f.text(NAME_MAX_LENGTH, least=1), f.PRINTABLE_TEXT]


class PlayerIn(f.In):
    """A player to create."""

    name: Name = ""
    coins: Amount = 100
    goods: Amount = 1


class PlayersIn(f.In):
    """Players to create, all or none."""

    players: Annotated[list[PlayerIn], Field(min_length=1, max_length=PLAYERS_MAX)]


class RenameIn(f.In):
    """A player's new name."""

    name: NewName


class AdjustmentIn(f.In):
    """Coins and goods to grant (above 0) or remove (below 0), and why; not neither."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [asset], "properties": {asset: {"not": {"const": 0}}}}
                for asset in ("coins", "goods")
            ]
        }
    )

    coins: Change = 0
    goods: Change = 0
    reason: f.Reason


class TradeIn(f.In):
    """Goods for coins: the price is for all of them; a price of 0 is a gift."""

    seller: Annotated[f.Id, Field(examples=["1"])]
    buyer: Annotated[f.Id, Field(examples=["2"])]
    goods: Annotated[Positive, Field(examples=[1])]
    coins: Annotated[Amount, Field(examples=[2])]


class BatchTradeIn(TradeIn):
    """One trade of many."""

    key: Annotated[
        str | None,
        Field(
            pattern=r"^[!-~]{1,255}$",
            description="An idempotency key of its own: 1 to 255 visible ASCII characters.",
        ),
    ] = None


class TradesIn(f.In):
    """Trades to make in their order."""

    trades: Annotated[list[BatchTradeIn], Field(min_length=1, max_length=TRADES_MAX)]
    all_or_nothing: Annotated[
        bool, Field(description="One that is refused refuses all; the problem tells which.")
    ] = False


class PlayerOut(Schema):
    """A player."""

    id: Annotated[str | None, Field(examples=["1"], description="null in a dry run")]
    name: str
    coins: int
    goods: int
    created_at: datetime
    updated_at: datetime


class PlayersOut(Schema):
    """The players created, in the order given."""

    players: list[PlayerOut]


class EntryOut(Schema):
    """A ledger entry: a change, and the balance after it."""

    player: str
    number: int
    kind: str
    coins: int
    goods: int
    coins_after: int
    goods_after: int
    trade: Annotated[str | None, Field(examples=["1-17"])]
    counterparty: str | None
    actor: str
    reason: str
    at: datetime


class BalanceOut(Schema):
    """What a player owned after a trade."""

    coins: int
    goods: int


class TradeOut(Schema):
    """A trade; its id is made of the seller's id and the number of the seller's entry."""

    id: Annotated[str, Field(examples=["1-17"])]
    seller: str
    buyer: str
    goods: int
    coins: int
    at: datetime


class SettledTradeOut(TradeOut):
    """A trade with both balances after it."""

    seller_balance: BalanceOut
    buyer_balance: BalanceOut


class TradeResultOut(Schema):
    """What became of one trade of many."""

    status: Literal["done", "replayed", "refused"]
    trade: Annotated[SettledTradeOut | None, Field(description="Of one that was made.")] = None
    problem: Annotated[
        dict[str, Any] | None, Field(description="Why one was refused: the schema Problem.")
    ] = None


class TradeResultsOut(Schema):
    """What became of trades, in the order given."""

    results: list[TradeResultOut]


class PlayersQuery(f.PageQuery):
    """What the list of players takes."""

    item = PlayerOut


class EntriesQuery(f.PageQuery):
    """What a player's statement takes."""

    item = EntryOut


class TradesQuery(f.PageQuery):
    """What the list of trades takes."""

    item = TradeOut

    player: Annotated[f.Id, Field(json_schema_extra={"example": "1"})]


PlayerPage = f.page_of(PlayerOut, "players")
EntryPage = f.page_of(EntryOut, "a player's statement")
TradePage = f.page_of(TradeOut, "a player's trades")


class PlayersDeletedOut(Schema):
    """How many players were deleted at once."""

    deleted: int


class AccountOut(Schema):
    """An account, and what it may do."""

    id: str
    username: str
    role: str
    is_active: bool


class ReceiptOut(Schema):
    """What became of a request."""

    key: str
    act: Annotated[str, Field(examples=["trade"])]
    applied_at: datetime
    outcome: Annotated[
        SettledTradeOut
        | TradeResultsOut
        | PlayersOut
        | PlayerOut
        | EntryOut
        | PlayersDeletedOut
        | shop.CustomerOut
        | shop.ProductOut
        | shop.StockEntryOut
        | shop.OrderOut
        | AccountOut,
        Field(description="What was done: created players are a list, be it of one."),
    ]
