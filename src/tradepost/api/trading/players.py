"""Players and their statements."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from tradepost.api import cursors, examples, openapi, request_options, rights
from tradepost.api.fields import CommandQuery
from tradepost.api.ids import player_id
from tradepost.api.reads import get
from tradepost.api.responses import answered
from tradepost.api.trading import present
from tradepost.api.trading import schemas as s
from tradepost.trading import errors, players, queries
from tradepost.trading.acts import NewPlayer

router = Router(tags=["players"])
THERE = openapi.describe(errors.PlayerNotFound)
BAD_PAGE = openapi.describe(examples.OUT_OF_RANGE)
MADE = (200, 201)


@router.post(
    "/players",
    response={201: s.PlayerOut, 200: s.PlayerOut},
    openapi_extra=openapi.describe(
        examples.OUT_OF_RANGE, command=True, statuses=MADE, located=True
    ),
)
@rights.PLAYERS
def create_player(
    request: HttpRequest, response: HttpResponse, body: s.PlayerIn, query: Query[CommandQuery]
) -> Status[Any]:
    """Create a player."""
    options = request_options.read(request, "POST /players", dry_run=query.dry_run)
    outcome = players.create([_new(body)], **options)
    shown = present.player(outcome.answer.players[0])
    where = f"/api/v1/players/{shown['id']}"
    return answered(response, outcome, shown, dry_run=query.dry_run, location=where)


@router.post(
    "/players/batch",
    response={201: s.PlayersOut, 200: s.PlayersOut},
    openapi_extra=openapi.describe(examples.OUT_OF_RANGE, command=True, statuses=MADE),
)
@rights.PLAYERS
def create_players(
    request: HttpRequest, response: HttpResponse, body: s.PlayersIn, query: Query[CommandQuery]
) -> Status[Any]:
    """Create up to 1,000 players, all or none."""
    options = request_options.read(request, "POST /players/batch", dry_run=query.dry_run)
    outcome = players.create([_new(one) for one in body.players], **options)
    shown = present.players(outcome.answer)
    return answered(response, outcome, shown, dry_run=query.dry_run)


@get(router, "/players", response=s.PlayerPage, exclude_unset=True, openapi_extra=BAD_PAGE)
@rights.PLAYERS
def list_players(request: HttpRequest, query: Query[s.PlayersQuery]) -> dict[str, Any]:
    """List players, the newest first."""
    before = cursors.decode(query.cursor, "players")
    found = queries.list_newest_players(limit=query.limit + 1, before_id=before)
    return cursors.page(
        found,
        limit=query.limit,
        listing="players",
        place=lambda player: player.pk,
        present=present.player,
        fields=query.fields,
    )


@get(router, "/players/{id}", response=s.PlayerOut, openapi_extra=THERE)
@rights.PLAYERS
def get_player(request: HttpRequest, id: str) -> dict[str, Any]:
    """Get a player."""
    return present.player(queries.get_player(player_id(id)))


@router.patch(
    "/players/{id}",
    response=s.PlayerOut,
    openapi_extra=openapi.describe(errors.PlayerNotFound, examples.OUT_OF_RANGE, command=True),
)
@rights.PLAYERS
def rename_player(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.RenameIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Rename a player."""
    options = request_options.read(request, "PATCH /players/{id}", dry_run=query.dry_run)
    outcome = players.rename(player_id(id), name=body.name, **options)
    shown = present.player(outcome.answer)
    return answered(response, outcome, shown, dry_run=query.dry_run, made=200)


@router.delete(
    "/players/{id}",
    response=s.EntryOut,
    openapi_extra=openapi.describe(errors.PlayerNotFound, command=True),
)
@rights.PLAYERS
def delete_player(
    request: HttpRequest, response: HttpResponse, id: str, query: Query[CommandQuery]
) -> Status[Any]:
    """Delete a player and what they own; answers the last entry of their ledger, which stays."""
    options = request_options.read(request, "DELETE /players/{id}", dry_run=query.dry_run)
    outcome = players.delete(player_id(id), **options)
    shown = present.entry(outcome.answer)
    return answered(response, outcome, shown, dry_run=query.dry_run, made=200)


@router.post(
    "/players/{id}/adjustments",
    response={201: s.EntryOut, 200: s.EntryOut},
    openapi_extra=openapi.describe(
        errors.PlayerNotFound,
        errors.InsufficientCoins,
        errors.InsufficientGoods,
        errors.BalanceTooLarge,
        errors.NothingToAdjust,
        examples.OUT_OF_RANGE,
        command=True,
        statuses=MADE,
    ),
)
@rights.PLAYERS
def adjust_player(
    request: HttpRequest,
    response: HttpResponse,
    id: str,
    body: s.AdjustmentIn,
    query: Query[CommandQuery],
) -> Status[Any]:
    """Grant or remove coins and goods, with a reason."""
    options = request_options.read(request, "POST /players/{id}/adjustments", dry_run=query.dry_run)
    outcome = players.adjust(
        player_id(id), coins=body.coins, goods=body.goods, reason=body.reason, **options
    )
    shown = present.entry(outcome.answer)
    return answered(response, outcome, shown, dry_run=query.dry_run)


@get(
    router,
    "/players/{id}/entries",
    response=s.EntryPage,
    exclude_unset=True,
    openapi_extra=openapi.describe(errors.PlayerNotFound, examples.OUT_OF_RANGE),
)
@rights.PLAYERS
def list_entries(request: HttpRequest, id: str, query: Query[s.EntriesQuery]) -> dict[str, Any]:
    """List a player's ledger entries, the newest first; a deleted player's too."""
    player, listing = player_id(id), f"entries {id}"
    before = cursors.decode(query.cursor, listing)
    found = queries.list_entries(player, limit=query.limit + 1, before_number=before)
    return cursors.page(
        found,
        limit=query.limit,
        listing=listing,
        place=lambda entry: entry.number,
        present=present.entry,
        fields=query.fields,
    )


def _new(body: s.PlayerIn) -> NewPlayer:
    return NewPlayer(name=body.name, coins=body.coins, goods=body.goods)
