"""The shop's routes."""

from __future__ import annotations

from django.urls import path

from tradepost.web.rights import BUYERS, VISITORS
from tradepost.web.views import orders, products

urlpatterns = [
    VISITORS(path("shop/", products.shop, name="shop")),
    VISITORS(path("shop/products/<int:id>/", products.product_detail, name="product-detail")),
    BUYERS(path("shop/products/<int:id>/buy/", products.product_buy, name="product-buy")),
    VISITORS(path("shop/orders/", orders.order_list, name="order-list")),
    VISITORS(path("shop/orders/<int:id>/", orders.order_detail, name="order-detail")),
    BUYERS(path("shop/orders/<int:id>/cancel/", orders.order_cancel, name="order-cancel")),
]
