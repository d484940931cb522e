"""The routes of players and trades."""

from __future__ import annotations

from django.urls import URLPattern, path

from tradepost.access.routes import Access
from tradepost.web.rights import READERS, TRADERS
from tradepost.web.views import players, statements, trades
from tradepost.web.views.page_errors import View


def _both(access: Access, route: str, view: View, name: str) -> list[URLPattern]:
    """Return the routes of a path with its last slash, by which it is named, and without."""
    return [access(path(route, view, name=name)), access(path(route.removesuffix("/"), view))]


urlpatterns = [
    *_both(READERS, "players/", players.listing, "player-list"),
    *_both(TRADERS, "players/create/", players.create, "player-create"),
    *_both(TRADERS, "players/bulk-create/", players.bulk_create, "player-bulk-create"),
    *_both(TRADERS, "players/delete-all/", players.delete_all, "player-delete-all"),
    *_both(READERS, "players/look-up/", players.look_up, "player-look-up"),
    *_both(TRADERS, "players/trade/", trades.trade, "player-trade"),
    *_both(READERS, "players/trade/preview/", trades.preview, "trade-preview"),
    *_both(READERS, "players/<int:pk>/", statements.detail, "player-detail"),
    *_both(TRADERS, "players/<int:pk>/update/", players.update, "player-update"),
    *_both(TRADERS, "players/<int:pk>/delete/", players.delete, "player-delete"),
    *_both(TRADERS, "players/<int:pk>/grant/", players.grant, "player-grant"),
    *_both(READERS, "players/<int:pk>/row/", players.row, "player-row"),
    READERS(path("players/<int:pk>/statement.csv", statements.download, name="player-statement")),
    *_both(READERS, "trades/<str:id>/", trades.detail, "trade-detail"),
]
