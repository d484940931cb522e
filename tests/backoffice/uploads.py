"""Files that are sent to the catalogue, and what is there then."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.backoffice.conftest import PRODUCTS, text_of
from tradepost.shop.models import Product

IMPORT = f"{PRODUCTS}/import/"


def upload(client: Client, data: bytes | str, name: str = "products.csv") -> Any:
    """Send a file."""
    content = data.encode() if isinstance(data, str) else data
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, page: Any) -> Any:
    """Confirm what a page shows."""
    assert page.context["token"], text_of(page)
    return client.post(IMPORT, {"plan": page.context["token"]})


def catalogue() -> list[tuple[str, str, int | None]]:
    found = Product.objects.order_by("pk")
    return [(one.name, str(one.price), one.stock) for one in found]
