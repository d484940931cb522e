"""Filters for what people read."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def grouped(number: object) -> SafeString:
    """Write a number with its digits in groups of three."""
    return SafeString(f"{number:,}" if number is not None else "")


@register.filter
def signed(number: int) -> SafeString:
    """Write a change: grouped, with its sign, and in its colour."""
    if not number:
        return SafeString("0")
    return SafeString(f'<span class="{"plus" if number > 0 else "minus"}">{number:+,}</span>')


@register.filter
def moment(time: dt.datetime | None) -> str:
    """Write a time in UTC, for the page's script to put into the reader's zone."""
    if time is None:
        return ""
    utc = time.astimezone(dt.UTC)
    return SafeString(f'<time datetime="{utc.isoformat()}">{utc:%Y-%m-%d %H:%M:%S} UTC</time>')
