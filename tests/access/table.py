"""Who may ask for what: one row a route.

A row has the route's pattern; who may read it and who may change something there; and what an
admitted caller is answered to GET, POST, PATCH and DELETE with an empty body, about things that
are not there (999): admission comes before everything else, and nothing is changed.
"""

from __future__ import annotations

from typing import NamedTuple

PEOPLE = ("customer", "viewer", "operator", "admin")
ALL = frozenset({"nobody", *PEOPLE, "key:read", "key:trade", "key:shop", "key:none"})
WHO = {
    "all": ALL,
    "read": frozenset(["viewer", "operator", "admin", "key:read"]),
    "trade": frozenset(["operator", "admin", "key:trade"]),
    "shop": frozenset(["operator", "admin", "key:shop"]),
    "any-right": ALL - {"nobody", "customer", "key:none"},
    "admin": frozenset({"admin"}),
}
METHODS = ("GET", "POST", "PATCH", "DELETE")

PROGRAMS = r"""
api/                                    all        all     404 404 404 404
api/docs                                all        all     200 405 405 405
api/openapi.json                        all        all     200 405 405 405
api/v1/customers                        read       shop    200 400 405 405
api/v1/customers/<id>                   read       shop    404 405 400 404
api/v1/orders                           read       shop    200 400 405 405
api/v1/orders/<id>                      read       shop    404 405 400 405
api/v1/orders/<id>/cancel               read       shop    405 404 405 405
api/v1/players                          read       trade   200 400 405 405
api/v1/players/<id>                     read       trade   404 405 400 404
api/v1/players/<id>/adjustments         read       trade   405 400 405 405
api/v1/players/<id>/entries             read       trade   404 405 405 405
api/v1/players/batch                    read       trade   405 400 405 405
api/v1/products                         read       shop    200 400 405 405
api/v1/products/<id>                    read       shop    404 405 400 404
api/v1/products/<id>/adjustments        read       shop    405 400 405 405
api/v1/products/<id>/deliveries         read       shop    405 400 405 405
api/v1/products/<id>/entries            read       shop    404 405 405 405
api/v1/purchases                        read       shop    405 400 405 405
api/v1/receipts/<path:key>              any-right  admin   404 405 405 405
api/v1/trades                           read       trade   400 400 405 405
api/v1/trades/<id>                      read       trade   404 405 405 405
api/v1/trades/batch                     read       trade   405 400 405 405
customer/(?P<id>[^/]+)/?$               read       shop    200 405 405 404
customer/?$                             read       shop    200 400 405 404
order/(?P<id>[^/]+)/?$                  read       shop    200 405 400 404
order/?$                                read       shop    200 400 400 404
ping/?$                                 all        admin   200 405 405 405
player/(?P<id>[^/]+)/?$                 read       trade   404 405 405 405
player/?$                               read       trade   405 400 405 405
player/count/?$                         read       trade   200 405 405 405
player/limit/(?P<limit>[^/]+)/?$        read       trade   200 405 405 405
player/page/?$                          read       trade   400 405 405 405
player/trade/?$                         read       trade   405 400 405 405
product/(?P<id>[^/]+)/?$                read       shop    200 405 405 404
product/?$                              read       shop    200 400 405 404
livez                                   all        admin   200 405 405 405
readyz                                  all        admin   200 405 405 405
"""


class Row(NamedTuple):
    """A route, and who may use it.

    Attributes:
        statuses: What an admitted caller is answered, by method.
        page: Whether a person who is not admitted is asked to sign in.
    """

    pattern: str
    reads: frozenset[str]
    writes: frozenset[str]
    statuses: dict[str, int]
    page: bool

    @property
    def path(self) -> str:
        """A path that the pattern fits."""
        path = self.pattern
        for part in ("(?P<id>[^/]+)", "(?P<limit>[^/]+)", "<id>", "<path:key>"):
            path = path.replace(part, "999")
        return "/" + path.removesuffix("$").removesuffix("/?")


def rows(table: str, *, page: bool) -> list[Row]:
    """Read a table."""
    return [_row(line.split(), page=page) for line in table.strip().splitlines()]


def _row(cells: list[str], *, page: bool) -> Row:
    pattern, reads, writes, *statuses = cells
    told = dict(zip(METHODS, map(int, statuses), strict=True))
    return Row(pattern, WHO[reads], WHO[writes], told, page)


ROWS = rows(PROGRAMS, page=False)
