"""The routes for people: the pages, and the back office."""

from __future__ import annotations

from tests.access.table import rows

# What a form without fields changes already: the documents' clients send none.
CHANGE = frozenset({"players/bulk-create", "players/bulk-create/"})
PAGES = rows(
    r"""
/                                                          all     admin   302 405
keys/                                                      admin   admin   200 405
keys/<int:id>/revoke/                                      admin   admin   404 404
keys/create/                                               admin   admin   200 200
overview/                                                  read    admin   200 405
overview/audit/                                            read    read    405 302
overview/now/                                              read    admin   200 405
players                                                    read    admin   200 405
players/                                                   read    admin   200 405
players/<int:pk>                                           read    admin   404 405
players/<int:pk>/                                          read    admin   404 405
players/<int:pk>/delete                                    trade   trade   404 404
players/<int:pk>/delete/                                   trade   trade   404 404
players/<int:pk>/grant                                     trade   trade   404 404
players/<int:pk>/grant/                                    trade   trade   404 404
players/<int:pk>/row                                       read    admin   404 405
players/<int:pk>/row/                                      read    admin   404 405
players/<int:pk>/statement.csv                             read    admin   404 405
players/<int:pk>/update                                    trade   trade   404 404
players/<int:pk>/update/                                   trade   trade   404 404
players/bulk-create                                        trade   trade   200 302
players/bulk-create/                                       trade   trade   200 302
players/create                                             trade   trade   200 200
players/create/                                            trade   trade   200 200
players/delete-all                                         trade   trade   200 302
players/delete-all/                                        trade   trade   200 302
players/look-up                                            read    admin   200 405
players/look-up/                                           read    admin   200 405
players/trade                                              trade   trade   200 200
players/trade/                                             trade   trade   200 200
players/trade/preview                                      read    admin   200 405
players/trade/preview/                                     read    admin   200 405
receipts/<path:key>/                                       own     admin   200 405
shop/                                                      look    admin   200 405
shop/orders/                                               look    admin   200 405
shop/orders/<int:id>/                                      look    admin   404 405
shop/orders/<int:id>/cancel/                               buy     buy     404 404
shop/products/<int:id>/                                    look    admin   404 405
shop/products/<int:id>/buy/                                buy     buy     302 404
trades/<str:id>                                            read    admin   404 405
trades/<str:id>/                                           read    admin   404 405
""",
    page=True,
)
OFFICE = rows(
    r"""
backoffice/                                                office  clerk   200 200
backoffice/(?P<app_label>access|trading|shop|txn|admin)/$  office  clerk   200 200
backoffice/(?P<url>.*)$                                    office  clerk   404 404
backoffice/access/account/                                 admin   admin   200 200
backoffice/access/account/<path:object_id>/                office  clerk   302 302
backoffice/access/account/<path:object_id>/change/         admin   none    302 -
backoffice/access/account/<path:object_id>/delete/         none    none    - -
backoffice/access/account/<path:object_id>/history/        office  clerk   302 302
backoffice/access/account/<path:object_id>/password/       none    none    - -
backoffice/access/account/<path:object_id>/role/           admin   admin   302 200
backoffice/access/account/add/                             admin   admin   200 200
backoffice/access/account/export/<str:kind>/               none    none    - -
backoffice/access/apikey/                                  admin   admin   200 200
backoffice/access/apikey/<path:object_id>/                 office  clerk   302 302
backoffice/access/apikey/<path:object_id>/change/          admin   none    302 -
backoffice/access/apikey/<path:object_id>/delete/          none    none    - -
backoffice/access/apikey/<path:object_id>/history/         office  clerk   302 302
backoffice/access/apikey/<path:object_id>/revoke/          none    none    - -
backoffice/access/apikey/add/                              admin   admin   200 200
backoffice/access/apikey/export/<str:kind>/                none    none    - -
backoffice/admin/logentry/                                 admin   admin   200 200
backoffice/admin/logentry/<path:object_id>/                office  clerk   302 302
backoffice/admin/logentry/<path:object_id>/change/         admin   none    302 -
backoffice/admin/logentry/<path:object_id>/delete/         none    none    - -
backoffice/admin/logentry/<path:object_id>/history/        office  clerk   302 302
backoffice/admin/logentry/add/                             none    none    - -
backoffice/admin/logentry/export/<str:kind>/               none    none    - -
backoffice/autocomplete/                                   none    clerk   - 405
backoffice/jsi18n/                                         office  clerk   200 405
backoffice/logout/                                         office  office  405 302
backoffice/password_change/                                office  clerk   302 302
backoffice/password_change/done/                           office  clerk   302 302
backoffice/r/<path:content_type_id>/<path:object_id>/      office  clerk   404 404
backoffice/search/                                         office  clerk   404 404
backoffice/shop/customer/                                  office  clerk   200 200
backoffice/shop/customer/<path:object_id>/                 office  clerk   302 302
backoffice/shop/customer/<path:object_id>/change/          office  none    302 -
backoffice/shop/customer/<path:object_id>/delete/          clerk   clerk   302 200
backoffice/shop/customer/<path:object_id>/edit/            clerk   clerk   302 200
backoffice/shop/customer/<path:object_id>/history/         office  clerk   302 302
backoffice/shop/customer/add/                              clerk   clerk   200 200
backoffice/shop/customer/export/<str:kind>/                office  clerk   200 200
backoffice/shop/order/                                     office  clerk   200 200
backoffice/shop/order/<path:object_id>/                    office  clerk   302 302
backoffice/shop/order/<path:object_id>/cancel/             clerk   clerk   302 200
backoffice/shop/order/<path:object_id>/change/             office  none    302 -
backoffice/shop/order/<path:object_id>/delete/             none    none    - -
backoffice/shop/order/<path:object_id>/history/            office  clerk   302 302
backoffice/shop/order/add/                                 none    none    - -
backoffice/shop/order/export/<str:kind>/                   office  clerk   200 200
backoffice/shop/product/                                   office  clerk   200 200
backoffice/shop/product/<path:object_id>/                  office  clerk   302 302
backoffice/shop/product/<path:object_id>/adjust/           clerk   clerk   302 200
backoffice/shop/product/<path:object_id>/change/           office  none    302 -
backoffice/shop/product/<path:object_id>/delete/           clerk   clerk   302 200
backoffice/shop/product/<path:object_id>/edit/             clerk   clerk   302 200
backoffice/shop/product/<path:object_id>/history/          office  clerk   302 302
backoffice/shop/product/<path:object_id>/receive/          clerk   clerk   302 200
backoffice/shop/product/<str:object_id>/entries/           office  clerk   404 404
backoffice/shop/product/<str:object_id>/entries/export/<str:kind>/ office  clerk   200 200
backoffice/shop/product/<str:object_id>/prices/            office  clerk   404 404
backoffice/shop/product/<str:object_id>/prices/export/<str:kind>/ office  clerk   200 200
backoffice/shop/product/add/                               clerk   clerk   200 200
backoffice/shop/product/export/<str:kind>/                 office  clerk   200 200
backoffice/shop/product/import/                            clerk   clerk   200 200
backoffice/trading/player/                                 office  clerk   200 200
backoffice/trading/player/<path:object_id>/                office  clerk   302 302
backoffice/trading/player/<path:object_id>/change/         office  none    302 -
backoffice/trading/player/<path:object_id>/delete/         clerk   clerk   302 200
backoffice/trading/player/<path:object_id>/grant/          clerk   clerk   302 200
backoffice/trading/player/<path:object_id>/history/        office  clerk   302 302
backoffice/trading/player/<path:object_id>/rename/         clerk   clerk   302 200
backoffice/trading/player/<str:object_id>/entries/         office  clerk   404 404
backoffice/trading/player/<str:object_id>/entries/export/<str:kind>/ office  clerk   200 200
backoffice/trading/player/add/                             clerk   clerk   200 200
backoffice/trading/player/export/<str:kind>/               office  clerk   200 200
backoffice/txn/receipt/                                    office  clerk   200 200
backoffice/txn/receipt/<path:object_id>/                   office  clerk   302 302
backoffice/txn/receipt/<path:object_id>/change/            office  none    302 -
backoffice/txn/receipt/<path:object_id>/delete/            none    none    - -
backoffice/txn/receipt/<path:object_id>/history/           office  clerk   302 302
backoffice/txn/receipt/add/                                none    none    - -
backoffice/txn/receipt/export/<str:kind>/                  none    none    - -
""",
    page=True,
)
