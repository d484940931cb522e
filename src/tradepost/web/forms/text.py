"""Validates text: one line of printable characters."""

from __future__ import annotations

from django.core.validators import RegexValidator

from tradepost.limits import PRINTABLE

one_line = RegexValidator(
    PRINTABLE, "Text takes no control characters, line breaks or overrides of its direction."
)
