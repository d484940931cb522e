"""Filters for what people read."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def grouped(number: object) -> str:
    """Write a number with its digits in groups of three."""
    return f"{number:,}" if number is not None else ""


@register.filter
def signed(number: int) -> str:
    """Write a change: grouped, and with its sign."""
    return f"{number:+,}" if number else "0"


@register.filter
def moment(time: datetime | None) -> str | SafeString:
    """Write a time in UTC, for the page's script to put into the reader's zone."""
    if time is None:
        return ""
    utc = timezone.localtime(time, timezone.get_default_timezone())
    return format_html(
        '<time datetime="{}">{} UTC</time>', utc.isoformat(), utc.strftime("%Y-%m-%d %H:%M:%S")
    )
