"""Amounts of money as they are on the wire, and how each is to be understood."""

from __future__ import annotations

from tests.api.bad_values import OUTSIDE, WRONG, Bad

# Texts, and the amount as the API writes it, or why the text is refused.
AMOUNTS: dict[str, str | Bad] = {
    "0": "0.00",
    "0.00": "0.00",
    "12.5": "12.50",
    "0.01": "0.01",
    "1234567890123456.78": "1234567890123456.78",
    # Read as floats, these two would be equal.
    "9999999999999998.99": "9999999999999998.99",
    "9999999999999999.99": "9999999999999999.99",
    "10000000000000000": OUTSIDE,
    "10000000000000000.00": OUTSIDE,
    str(10**39): OUTSIDE,
    "-1": OUTSIDE,
    "-0.01": OUTSIDE,
    "-0": OUTSIDE,
    "0.001": OUTSIDE,
    "0.010": OUTSIDE,
    "1.999": OUTSIDE,
    "": WRONG,
    "+1": WRONG,
    " 1": WRONG,
    "1 ": WRONG,
    "01": WRONG,
    "00.5": WRONG,
    ".5": WRONG,
    "5.": WRONG,
    "1,50": WRONG,
    "1.000,00": WRONG,
    "1_000": WRONG,
    "1e2": WRONG,
    "1E-2": WRONG,
    "1.2.3": WRONG,
    "$1": WRONG,
    "1 EUR": WRONG,
    "0x10": WRONG,
    "NaN": WRONG,
    "sNaN": WRONG,
    "Infinity": WRONG,
    "-Infinity": WRONG,
    "\u0665": WRONG,
    "\u00b2": WRONG,
    "1\n": WRONG,
    "\x00": WRONG,
    "9" * 41: WRONG,
    "0." + "9" * 41: WRONG,
    "9" * 5000: WRONG,
}
# JSON tokens that are not texts, so that they may have been floats.
NO_AMOUNTS = ("0", "1", "12.5", "12.50", "1e2", "-1", "true", "[]", "{}", '["1"]')
