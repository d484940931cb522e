"""Text that people enter: one line, and all of it to be seen."""

from __future__ import annotations

from django.core.validators import RegexValidator

from tradepost.limits import PRINTABLE

one_line = RegexValidator(
    PRINTABLE, "Text takes no control characters, line breaks or overrides of its direction."
)
