"""The refusals of trading."""

from tradepost.errors import NotFound, Refusal, Unprocessable
from tradepost.ledger import Insufficient, LimitExceeded


class PlayerNotFound(NotFound):
    """There is no player with this id."""

    code = "player_not_found"
    template = "There is no player {player}."


class TradeNotFound(NotFound):
    """There is no trade with this id."""

    code = "trade_not_found"
    template = "There is no trade {trade!r}."


class SamePlayer(Unprocessable):
    """A player cannot trade with themself."""

    code = "same_player"
    template = "Buyer and seller are the same player, {player}."


class InsufficientCoins(Insufficient):
    """A player has fewer coins than are asked for."""

    code = "insufficient_coins"
    template = "Player {player} has {available} coins, {required} are required."


class InsufficientGoods(Insufficient):
    """A player has fewer goods than are asked for."""

    code = "insufficient_goods"
    template = "Player {player} has {available} goods, {required} are required."


class BalanceTooLarge(LimitExceeded):
    """A player would own more than a balance can hold."""

    code = "balance_too_large"
    template = "Player {player} would have {required} {asset}; a balance holds {limit} at most."


class NothingToAdjust(Unprocessable):
    """An adjustment of nothing."""

    code = "nothing_to_adjust"
    template = "The adjustment changes neither coins nor goods."


class BalanceChanged(Refusal):
    """A balance is not what it was when somebody decided to set it."""

    code = "balance_changed"
    template = "Player {player} has {available} {asset} now, no longer {seen}."


# The refusals of a trade.
TRADE_REFUSALS: tuple[type[Refusal], ...] = (
    PlayerNotFound,
    SamePlayer,
    InsufficientCoins,
    InsufficientGoods,
    BalanceTooLarge,
)
