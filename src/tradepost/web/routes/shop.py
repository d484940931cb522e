"""Routes of the shop."""

from __future__ import annotations

from django.urls import path

from tradepost.web.views import orders, products

urlpatterns = [
    path("shop/", products.shop, name="shop"),
    path("shop/products/<int:id>/", products.product_detail, name="product-detail"),
    path("shop/products/<int:id>/buy/", products.product_buy, name="product-buy"),
    path("shop/orders/", orders.order_list, name="order-list"),
    path("shop/orders/<int:id>/", orders.order_detail, name="order-detail"),
    path("shop/orders/<int:id>/cancel/", orders.order_cancel, name="order-cancel"),
]
