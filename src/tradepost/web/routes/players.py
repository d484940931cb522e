"""Routes."""

from __future__ import annotations

from django.urls import URLPattern, path

from tradepost.web.views import players, statements, trades
from tradepost.web.views.page_errors import View


def _both(route: str, view: View, name: str) -> list[URLPattern]:
    """Return the routes of a path with its last slash, by which it is named, and without."""
    return [path(route, view, name=name), path(route.removesuffix("/"), view)]


urlpatterns = [
    *_both("players/", players.listing, "player-list"),
    *_both("players/create/", players.create, "player-create"),
    *_both("players/bulk-create/", players.bulk_create, "player-bulk-create"),
    *_both("players/delete-all/", players.delete_all, "player-delete-all"),
    *_both("players/look-up/", players.look_up, "player-look-up"),
    *_both("players/trade/", trades.trade, "player-trade"),
    *_both("players/trade/preview/", trades.preview, "trade-preview"),
    *_both("players/<int:pk>/", statements.detail, "player-detail"),
    *_both("players/<int:pk>/update/", players.update, "player-update"),
    *_both("players/<int:pk>/delete/", players.delete, "player-delete"),
    *_both("players/<int:pk>/grant/", players.grant, "player-grant"),
    *_both("players/<int:pk>/row/", players.row, "player-row"),
    path("players/<int:pk>/statement.csv", statements.download, name="player-statement"),
    *_both("trades/<str:id>/", trades.detail, "trade-detail"),
]
