"""Players and their statements."""

from functools import partial
from operator import attrgetter
from typing import Any

from django.http import HttpRequest
from ninja import Query

from tradepost.api import rights
from tradepost.api.examples import OUT_OF_RANGE
from tradepost.api.ids import player_id
from tradepost.api.routes import ApiRouter
from tradepost.api.trading import present
from tradepost.api.trading import schemas as s
from tradepost.trading import errors, players, queries
from tradepost.trading.acts import EntryAnswer, NewPlayer, PlayerAnswer
from tradepost.txn import Call, Outcome

router = ApiRouter(tags=["players"])


@router.command(
    "POST /players",
    s.PlayerOut,
    present.created_player,
    OUT_OF_RANGE,
    creates=True,
    located="players",
)
@rights.PLAYERS
def create_player(
    request: HttpRequest, call: Call, body: s.PlayerIn
) -> Outcome[tuple[PlayerAnswer, ...]]:
    """Create a player."""
    return players.create([_new(body)], **call)


@router.command("POST /players/batch", s.PlayersOut, present.players, OUT_OF_RANGE, creates=True)
@rights.PLAYERS
def create_players(
    request: HttpRequest, call: Call, body: s.PlayersIn
) -> Outcome[tuple[PlayerAnswer, ...]]:
    """Create up to 1,000 players, all or none."""
    return players.create([_new(one) for one in body.players], **call)


@router.read_list("/players", s.PlayerPage)
@rights.PLAYERS
def list_players(request: HttpRequest, query: Query[s.PlayersQuery]) -> dict[str, Any]:
    """List players, the newest first."""
    return query.page("players", queries.list_newest_players, present.player)


@router.read("/players/{id}", s.PlayerOut, errors.PlayerNotFound)
@rights.PLAYERS
def get_player(request: HttpRequest, id: str) -> dict[str, Any]:
    """Get a player."""
    return present.player(queries.get_player(player_id(id)))


@router.command(
    "PATCH /players/{id}", s.PlayerOut, present.player, errors.PlayerNotFound, OUT_OF_RANGE
)
@rights.PLAYERS
def rename_player(
    request: HttpRequest, call: Call, id: str, body: s.RenameIn
) -> Outcome[PlayerAnswer]:
    """Rename a player."""
    return players.rename(player_id(id), name=body.name, **call)


@router.command("DELETE /players/{id}", s.EntryOut, present.entry, errors.PlayerNotFound)
@rights.PLAYERS
def delete_player(request: HttpRequest, call: Call, id: str) -> Outcome[EntryAnswer]:
    """Delete a player and what they own; answers the last entry of their ledger, which stays."""
    return players.delete(player_id(id), **call)


@router.command(
    "POST /players/{id}/adjustments",
    s.EntryOut,
    present.entry,
    errors.PlayerNotFound,
    errors.InsufficientCoins,
    errors.InsufficientGoods,
    errors.BalanceTooLarge,
    errors.NothingToAdjust,
    OUT_OF_RANGE,
    creates=True,
)
@rights.PLAYERS
def adjust_player(
    request: HttpRequest, call: Call, id: str, body: s.AdjustmentIn
) -> Outcome[EntryAnswer]:
    """Grant or remove coins and goods, with a reason."""
    player = player_id(id)
    return players.adjust(player, coins=body.coins, goods=body.goods, reason=body.reason, **call)


@router.read_list("/players/{id}/entries", s.EntryPage, errors.PlayerNotFound)
@rights.PLAYERS
def list_entries(request: HttpRequest, id: str, query: Query[s.EntriesQuery]) -> dict[str, Any]:
    """List a player's ledger entries, the newest first; a deleted player's too."""
    read = partial(queries.list_entries, player_id(id))
    return query.page(f"entries {id}", read, present.entry, attrgetter("number"))


def _new(body: s.PlayerIn) -> NewPlayer:
    return NewPlayer(name=body.name, coins=body.coins, goods=body.goods)
