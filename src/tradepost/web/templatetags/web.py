"""Filters for numbers and times."""

import datetime as dt

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def grouped(number: object) -> SafeString:
    return SafeString(f"{number:,}" if number is not None else "")


@register.filter
def signed(number: int) -> SafeString:
    if not number:
        return SafeString("0")
    return SafeString(f'<span class="{"plus" if number > 0 else "minus"}">{number:+,}</span>')


@register.filter
def moment(time: dt.datetime | None) -> str:
    """Format a time in UTC; the page's script converts it to the reader's time zone."""
    if time is None:
        return ""
    utc = time.astimezone(dt.UTC)
    return SafeString(f'<time datetime="{utc.isoformat()}">{utc:%Y-%m-%d %H:%M:%S} UTC</time>')
