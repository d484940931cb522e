"""The shapes of /api/v1: what it takes, strictly, and what it answers."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from tradepost.api.cursors import PAGE_MAX
from tradepost.trading.models import BALANCE_MAX, NAME_MAX_LENGTH

PLAYERS_MAX = 1000
REASON_MAX_LENGTH = 200
# An integral float from here on has lost digits on its way.
FLOAT_EXACT_MAX = 2**53


def _integral(value: Any) -> Any:
    """Take 5.0 for 5: JSON does not tell them apart; neither true nor "5" is a number."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= FLOAT_EXACT_MAX:
        return int(value)
    return value


def _printable(value: str) -> str:
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise PydanticCustomError(
                "unprintable",
                "Text takes no control characters and no lone surrogates",
            )
    return value


Integer = Annotated[int, BeforeValidator(_integral)]
Amount = Annotated[Integer, Field(ge=0, le=BALANCE_MAX)]
Positive = Annotated[Integer, Field(ge=1, le=BALANCE_MAX)]
Change = Annotated[Integer, Field(ge=-BALANCE_MAX, le=BALANCE_MAX)]
# 64-bit ids break in JavaScript, so ids are strings.
Id = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,18}$", examples=["1"])]
Name = Annotated[str, Field(max_length=NAME_MAX_LENGTH), AfterValidator(_printable)]
Reason = Annotated[
    str, Field(min_length=1, max_length=REASON_MAX_LENGTH), AfterValidator(_printable)
]


class In(Schema):
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

    name: Annotated[Name, Field(min_length=1)]


class AdjustmentIn(In):
    """Coins and goods to grant (above 0) or remove (below 0), and why."""

    coins: Change = 0
    goods: Change = 0
    reason: Reason


class TradeIn(In):
    """Goods for coins: the price is for all of them; a price of 0 is a gift."""

    seller: Id
    buyer: Id
    goods: Positive
    coins: Amount


class CommandQuery(Schema):
    """What every command takes in its query."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Annotated[bool, Field(description="Answer what would happen, and change nothing.")] = (
        False
    )


class PageQuery(Schema):
    """What every list takes in its query."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 25
    cursor: Annotated[str | None, Field(max_length=200)] = None


class TradesQuery(PageQuery):
    """What the list of trades takes."""

    player: Id


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
    outcome: Annotated[Any, Field(description="What the request was answered with.")]
