"""How the answer of each act is shown; a receipt names its act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradepost.api.shop import present as shop
from tradepost.api.trading import present as trading

BY_ACT: dict[str, Callable[[Any], dict[str, Any]]] = shop.BY_ACT | trading.BY_ACT
