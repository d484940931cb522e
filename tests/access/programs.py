"""The routes for programs."""

from __future__ import annotations

from tests.access.table import rows

PROGRAMS = rows(
    r"""
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
""",
    page=False,
)
