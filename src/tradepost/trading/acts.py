"""The acts on players, each with its terms and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradepost.trading.rules import Balance, Terms
from tradepost.txn import Act


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade.

    Attributes:
        number: The number of the seller's entry.
    """

    seller: int
    number: int
    buyer: int
    goods: int
    coins: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TradeAnswer(Trade):
    """A trade, and both balances after it."""

    seller_coins: int
    seller_goods: int
    buyer_coins: int
    buyer_goods: int


@dataclass(frozen=True, slots=True)
class RefusedTrade:
    """A trade of a batch that was refused.

    Attributes:
        refused: The refusal's code.
        facts: The refusal's facts.
    """

    refused: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlayer:
    """A player to create.

    Attributes:
        coins: From 0 to `BALANCE_MAX`.
        goods: From 0 to `BALANCE_MAX`.
        name: At most 32 characters.
    """

    coins: int
    goods: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlayerAnswer:
    """A player.

    Attributes:
        id: None in a dry run.
    """

    id: int | None
    name: str
    coins: int
    goods: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Coins and goods to grant (above 0) or remove (below 0)."""

    player: int
    coins: int
    goods: int
    reason: str


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """A ledger entry: a change, and the balance after it."""

    player_id: int
    number: int
    kind: str
    coins: int
    goods: int
    coins_after: int
    goods_after: int
    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Renaming:
    """A player's new name."""

    player: int
    name: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A player's new name and balance.

    Attributes:
        seen: The balance that the editor saw; see `rules.set_to`.
    """

    player: int
    name: str
    coins: int
    goods: int
    seen: Balance | None


@dataclass(frozen=True, slots=True)
class DeletedAnswer:
    """How many players were deleted.

    Attributes:
        goes_on: Whether another call is needed for the rest.
    """

    deleted: int
    goes_on: bool = False


# The results of a batch, in the order of its trades.
Results = tuple[TradeAnswer | RefusedTrade, ...]
TRADE = Act("trade", Terms, TradeAnswer)
TRADES = Act("trades", tuple[Terms, ...], Results)
TRADES_WHOLE = Act("trades, all or none", tuple[Terms, ...], Results)
CREATE = Act("create players", tuple[NewPlayer, ...], tuple[PlayerAnswer, ...])
ADJUST = Act("adjust player", Adjustment, EntryAnswer)
RENAME = Act("rename player", Renaming, PlayerAnswer)
EDIT = Act("edit player", Edit, PlayerAnswer)
# The player's id.
DELETE = Act("delete player", int, EntryAnswer)
# The highest id of a player to delete.
DELETE_ALL = Act("delete players", int, DeletedAnswer)
