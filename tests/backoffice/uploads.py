"""Uploads of products, and the products afterwards."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.backoffice.conftest import PRODUCTS, text_of
from tradepost.shop.models import Product

IMPORT = f"{PRODUCTS}/import/"


def upload(client: Client, data: bytes | str, name: str = "products.csv") -> Any:
    """Upload a file."""
    content = data.encode() if isinstance(data, str) else data
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, page: Any) -> Any:
    """Confirm the preview on a page."""
    assert page.context["token"], text_of(page)
    return client.post(IMPORT, {"plan": page.context["token"]})


def all_products() -> list[tuple[str, str, int | None]]:
    found = Product.objects.order_by("pk")
    return [(one.name, str(one.price), one.stock) for one in found]
