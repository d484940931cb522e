"""A player's page: their balance and statement."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradepost.ledger import EntryFilter, statements
from tradepost.limits import ID_MAX
from tradepost.pages.spreadsheets import safe_cell
from tradepost.trading import queries
from tradepost.trading.book import PLAYERS
from tradepost.trading.errors import PlayerNotFound
from tradepost.trading.models import Entry, EntryKind, Player
from tradepost.web.forms.players import FILTERS

PAGE = 100
CHART_ENTRIES = 200
COLUMNS = (
    "number", "time", "kind", "other party", "name of other party", "coins", "goods",
    "coins after", "goods after", "trade", "actor", "reason",
)  # fmt: skip
KIND_LABELS = {
    EntryKind.CREATED: "Created",
    EntryKind.ADJUSTED: "Granted",
    EntryKind.EDITED: "Edited",
    EntryKind.DELETED: "Deleted",
    EntryKind.SOLD: "Sold",
    EntryKind.BOUGHT: "Bought",
}


class Line(NamedTuple):
    """A line of a statement.

    Attributes:
        label: The kind of the entry, as it is shown.
        other_name: The name of the other party; None if they were deleted.
        trade: The id of the entry's trade, or nothing.
    """

    entry: Entry
    label: str
    other_name: str | None
    trade: str


class Echo:
    """A file that returns what is written to it."""

    def write(self, line: str) -> str:
        return line


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a player and their statement; only the statement if they were deleted."""
    player = queries.find_players([pk]).get(pk)
    chosen = request.GET.get("kind", "")
    _, kinds = FILTERS.get(chosen, ("", None))
    before = _number(request.GET.get("before", ""))
    found = _entries(pk, player, limit=PAGE + 1, before=before, filters=EntryFilter(kinds=kinds))
    if player is None and not found and (kinds is None or not _entries(pk, None, limit=1)):
        raise PlayerNotFound(player=pk)
    newest = queries.list_entries(pk, limit=CHART_ENTRIES) if player else []
    filters = [(name, label) for name, (label, _) in FILTERS.items()]
    older = {"kind": chosen} if kinds else {}
    context = {
        "player": player,
        "player_id": pk,
        "lines": lines_of(found[:PAGE]),
        "kind": chosen if kinds else "",
        "filters": filters,
        "is_first": before is None,
        "older": urlencode(older | {"before": found[PAGE - 1].number}) if found[PAGE:] else "",
        "chart": _chart(newest),
        "summary": _summary(newest),
    }
    status = 200 if player else 404
    return render(request, "web/players/detail.html", context, status=status)


@require_safe
def download(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Return all of a player's entries as CSV, oldest first."""
    if not queries.list_entries(pk, limit=1) and not queries.find_players([pk]):
        raise PlayerNotFound(player=pk)
    response = StreamingHttpResponse(_rows(pk), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="player-{pk}-statement.csv"'
    return response


def lines_of(entries: Sequence[Entry]) -> list[Line]:
    """Return the lines of entries, with the names of the other parties."""
    names = queries.names_of({one.counterparty_id for one in entries if one.counterparty_id})
    return [
        Line(
            one,
            KIND_LABELS[EntryKind(one.kind)],
            names.get(one.counterparty_id or 0),
            trade_id(one),
        )
        for one in entries
    ]


def trade_id(entry: Entry) -> str:
    if entry.kind == EntryKind.SOLD:
        return f"{entry.player_id}-{entry.number}"
    if entry.kind == EntryKind.BOUGHT:
        return f"{entry.counterparty_id}-{entry.counterparty_number}"
    return ""


def _entries(player_id: int, player: Player | None, **page: Any) -> list[Entry]:
    """List entries; a player who was created without the ledger has none."""
    try:
        return queries.list_entries(player_id, **page)
    except PlayerNotFound:
        if player is None:
            raise
        return []


def _rows(player_id: int) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for entries in statements.each_page(PLAYERS, player_id):
        for line in lines_of(entries):
            yield writer.writerow(_cells(line))


def _cells(line: Line) -> list[Any]:
    one = line.entry
    return [
        one.number,
        one.at.isoformat(),
        one.kind,
        one.counterparty_id or "",
        safe_cell(line.other_name or ""),
        one.coins,
        one.goods,
        one.coins_after,
        one.goods_after,
        line.trade,
        safe_cell(one.actor),
        safe_cell(one.reason),
    ]


def _chart(newest: Sequence[Entry]) -> list[tuple[int, int, int, str]]:
    return [
        (one.number, one.coins_after, one.goods_after, one.at.isoformat())
        for one in reversed(newest)
    ]


def _summary(newest: Sequence[Entry]) -> str:
    if len(newest) < 2:
        return ""
    summary = f"Over the last {len(newest)} entries"
    for asset in ("coins", "goods"):
        after = [getattr(one, f"{asset}_after") for one in newest]
        summary += f", {asset} were between {min(after):,} and {max(after):,}, {after[0]:,} now"
    return f"{summary}."


def _number(text: str) -> int | None:
    number = int(text[:40]) if text.isascii() and text.isdigit() else 0
    return number if 0 < number <= ID_MAX else None
