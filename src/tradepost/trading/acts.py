"""The acts on players, each with its terms and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradepost.trading.rules import Balance, Terms
from tradepost.txn import Act


@dataclass(frozen=True, slots=True)
class TradeAnswer:
    """A trade, and both balances after it.

    Attributes:
        number: The number of the seller's entry.
    """

    seller: int
    number: int
    buyer: int
    goods: int
    coins: int
    at: datetime
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


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """Trades to make in order."""

    trades: tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The result of each trade, in the order given."""

    results: tuple[TradeAnswer | RefusedTrade, ...]


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
class NewPlayers:
    """Players to create, all or none."""

    players: tuple[NewPlayer, ...]


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
class PlayersAnswer:
    """Created players, in the order given."""

    players: tuple[PlayerAnswer, ...]


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
class Deletion:
    """A player to delete."""

    player: int


@dataclass(frozen=True, slots=True)
class DeletionOfAll:
    """Players to delete: all up to an id."""

    up_to: int


@dataclass(frozen=True, slots=True)
class DeletedAnswer:
    """How many players were deleted.

    Attributes:
        goes_on: Whether another call is needed for the rest.
    """

    deleted: int
    goes_on: bool = False


TRADE = Act("trade", Terms, TradeAnswer)
TRADES = Act("trades", BatchTerms, BatchAnswer)
TRADES_WHOLE = Act("trades, all or none", BatchTerms, BatchAnswer)
CREATE = Act("create players", NewPlayers, PlayersAnswer)
ADJUST = Act("adjust player", Adjustment, EntryAnswer)
RENAME = Act("rename player", Renaming, PlayerAnswer)
EDIT = Act("edit player", Edit, PlayerAnswer)
DELETE = Act("delete player", Deletion, EntryAnswer)
DELETE_ALL = Act("delete players", DeletionOfAll, DeletedAnswer)
