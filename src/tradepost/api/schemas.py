"""The shapes of /api/v1: what it takes, strictly, and what it answers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from tradepost.api.cursors import PAGE_MAX
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH

PLAYERS_MAX = 1000
TRADES_MAX = 10_000
REASON_MAX_LENGTH = 200
# No controls, no line breaks of any kind, nothing that turns the direction of what follows.
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
# ASCII digits alone: int() would take "1_0", " 5" and digits of other scripts.
DIGITS = re.compile(r"-?[0-9]{1,40}")


def _printable(value: str) -> str:
    if not re.fullmatch(PRINTABLE[1:-1], value):
        raise PydanticCustomError(
            "unprintable",
            "Text takes no control characters, line breaks or overrides of its direction",
        )
    return value


def _whole(value: str) -> int:
    if not DIGITS.fullmatch(value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number, in digits")
    return int(value)


def _yes(value: str) -> bool:
    if value not in ("true", "false"):
        raise PydanticCustomError("bool_parsing", "Input should be true or false")
    return value == "true"


Amount = Annotated[int, Field(ge=0, le=BALANCE_MAX)]
Positive = Annotated[int, Field(ge=1, le=BALANCE_MAX)]
Change = Annotated[int, Field(ge=-BALANCE_MAX, le=BALANCE_MAX)]
# 64-bit ids break in JavaScript, so ids are strings.
Id = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,18}$")]
PATTERN = {"pattern": PRINTABLE}
Name = Annotated[
    str, Field(max_length=NAME_MAX_LENGTH, json_schema_extra=PATTERN), AfterValidator(_printable)
]
NewName = Annotated[
    str,
    Field(min_length=1, max_length=NAME_MAX_LENGTH, json_schema_extra=PATTERN),
    AfterValidator(_printable),
]
Reason = Annotated[
    str,
    Field(min_length=1, max_length=REASON_MAX_LENGTH, json_schema_extra=PATTERN),
    AfterValidator(_printable),
]


class In(BaseModel):
    """What a client sends: no type is guessed, no unknown field is passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PlayerIn(In):
    """A player to create."""

    name: Name = ""
    coins: Amount = 100
    goods: Amount = 1


class PlayersIn(In):
    """Players to create, all or none."""

    players: Annotated[list[PlayerIn], Field(min_length=1, max_length=PLAYERS_MAX)]


class RenameIn(In):
    """A player's new name."""

    name: NewName


class AdjustmentIn(In):
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
    reason: Reason


class TradeIn(In):
    """Goods for coins: the price is for all of them; a price of 0 is a gift."""

    seller: Annotated[Id, Field(examples=["1"])]
    buyer: Annotated[Id, Field(examples=["2"])]
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


class TradesIn(In):
    """Trades to make in their order."""

    trades: Annotated[list[BatchTradeIn], Field(min_length=1, max_length=TRADES_MAX)]
    all_or_nothing: Annotated[
        bool, Field(description="One that is refused refuses all; the problem tells which.")
    ] = False


class QueryIn(Schema):
    """What stands in a URL's query: a name that nobody knows is refused, as it is in a body."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _all(cls, _known: Any, info: ValidationInfo) -> dict[str, Any]:
        """Take the whole query: the framework passes on only the names that it knows."""
        return dict(info.context["request"].GET.items()) if info.context else {}


class CommandQuery(QueryIn):
    """What every command takes in its query."""

    dry_run: Annotated[
        bool,
        BeforeValidator(_yes),
        Field(description="Answer what would happen, and change nothing."),
    ] = False


class PageQuery(QueryIn):
    """What every list takes in its query."""

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX), BeforeValidator(_whole)] = 25
    cursor: Annotated[str | None, Field(max_length=200)] = None


class TradesQuery(PageQuery):
    """What the list of trades takes."""

    player: Annotated[Id, Field(json_schema_extra={"example": "1"})]


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


class PlayerPage(Schema):
    """A page of players, the newest first."""

    items: list[PlayerOut]
    next: str | None


class EntryPage(Schema):
    """A page of a player's statement, the newest entry first."""

    items: list[EntryOut]
    next: str | None


class TradePage(Schema):
    """A page of a player's trades, the newest first."""

    items: list[TradeOut]
    next: str | None


class ReceiptOut(Schema):
    """What became of a request."""

    key: str
    act: Annotated[str, Field(examples=["trade"])]
    applied_at: datetime
    outcome: Annotated[
        SettledTradeOut | TradeResultsOut | PlayersOut | PlayerOut | EntryOut,
        Field(description="What was done: created players are a list, be it of one."),
    ]
