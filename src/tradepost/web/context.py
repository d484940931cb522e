"""Template variables of every page."""

from typing import Any

from django.http import HttpRequest

from tradepost.access.caller import Kind, caller_of
from tradepost.access.rights import Right


def common(request: HttpRequest) -> dict[str, Any]:
    caller = caller_of(request)
    return {
        "caller": caller,
        "may": {right.value: caller.may(right) for right in Right},
        "is_open_mode": caller.kind is Kind.LOCAL,
    }
