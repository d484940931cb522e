"""Asks the lists of /api/v1."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from tests.api.commands import V1
from tests.api.conftest import Api


def listed(api: Api, path: str, **query: Any) -> Any:
    """Return a page of a list."""
    return api.get(f"{V1}/{path}?{urlencode(query, quote_via=quote)}").json()
