"""Values that break programs, as they are on the wire, and how each is to be understood."""

from __future__ import annotations

import enum


class Bad(enum.Enum):
    """Why a value is refused."""

    # The body cannot be read at all, so the problem names no field.
    UNREADABLE = "unreadable"
    # The value has the wrong type.
    WRONG = "wrong"
    # The value has the right type, and is outside the limits.
    OUTSIDE = "outside"


WRONG, UNREADABLE, OUTSIDE = Bad.WRONG, Bad.UNREADABLE, Bad.OUTSIDE
# Numbers around the limits of integer types.
LARGE: dict[str, int | Bad] = {
    str(number): number
    for number in (
        2**31 - 1,
        2**31,
        2**32,
        2**53 - 1,
        2**53,
        2**53 + 1,
        2**63 - 1,
        2**63,
        10**30,
        -(2**31),
        -(2**53),
        -(2**63) - 1,
    )
}
# JSON tokens and the whole numbers they stand for, if any.
INTEGERS: dict[str, int | Bad] = LARGE | {
    "0": 0,
    "-1": -1,
    "-0": 0,
    "-0.0": 0,
    "1.0": 1,
    "1e2": 100,
    "1E+2": 100,
    "100e-2": 1,
    "9007199254740991.0": 2**53 - 1,
    "1e39": 10**39,
    "1.5": WRONG,
    "-0.5": WRONG,
    "1e-400": WRONG,
    # Read as floats, these would be 1 and the largest balance.
    "0.99999999999999999999": WRONG,
    "9007199254740991.0000000001": WRONG,
    "true": WRONG,
    "false": WRONG,
    "null": WRONG,
    "[]": WRONG,
    "[1]": WRONG,
    "{}": WRONG,
    '""': WRONG,
    '"5"': WRONG,
    '" 5\\n"': WRONG,
    '"1_000"': WRONG,
    '"\u0665"': WRONG,
    "1e400": UNREADABLE,
    "-1e400": UNREADABLE,
    "1e999999999999": UNREADABLE,
    # Exponents of more digits than a decimal can hold.
    "1e9999999999999999999": UNREADABLE,
    "1e-9999999999999999999": UNREADABLE,
    "0e9999999999999999999": UNREADABLE,
    "NaN": UNREADABLE,
    "Infinity": UNREADABLE,
    "-Infinity": UNREADABLE,
    "9" * 5000: UNREADABLE,
    "0." + "9" * 5000: UNREADABLE,
    "01": UNREADABLE,
    "+1": UNREADABLE,
    "1_000": UNREADABLE,
    "0x10": UNREADABLE,
    "\u0665": UNREADABLE,
    "1.": UNREADABLE,
    "": UNREADABLE,
}
# Values in a query, a form or a path, percent-encoded.
TEXT_INTEGERS: dict[str, int | Bad] = LARGE | {
    "0": 0,
    "-1": -1,
    "-0": 0,
    "007": 7,
    "": WRONG,
    "1.0": WRONG,
    "1e2": WRONG,
    "%2B1": WRONG,
    "+1": WRONG,
    "%205": WRONG,
    "5%0A": WRONG,
    "1_000": WRONG,
    "1,000": WRONG,
    "%D9%A5": WRONG,
    "%C2%B2": WRONG,
    "NaN": WRONG,
    "Infinity": WRONG,
    "true": WRONG,
    "null": WRONG,
    "[]": WRONG,
    "0x10": WRONG,
    "%00": WRONG,
    "1%00": WRONG,
    "%FF": WRONG,
    "%E2%80%AE1": WRONG,
    "1 OR 1".replace(" ", "%20"): WRONG,
    "%27%20OR%201=1--": WRONG,
    "9" * 5000: WRONG,
}
# Texts that are accepted and stored unchanged.
GOOD_TEXTS = (
    "a",
    " ",
    "trailing ",
    "😀",
    "👩‍👩‍👧‍👦",
    "zero\u200bwidth",
    "e\u0301",
    "\u00e9",
    "ß SS",
    "İ",
    "Alice",
    "alice",
    "شكرا",
    "<script>alert(1)</script>",
    "' OR 1=1--",
    '"; DROP TABLE player;',
    "{{7*7}}",
    "%s %(x)s {0}",
    "../../etc/passwd",
    "\\",
    "null",
)
# Texts with control characters.
BAD_TEXTS = (
    "\x00",
    "a\x00b",
    "a\nb",
    "a\r\nSet-Cookie: b",
    "\t",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202eevil",
    "\u2066x\u2069",
)
# JSON tokens that are not texts.
NO_TEXTS = ("5", "1.5", "true", "null", "[]", "{}", '["a"]')
# Escapes of code points that UTF-8 cannot encode; in the right order, a pair is an emoji.
LONE_SURROGATES = ('"\\ud800"', '"\\udc00"', '"\\udc00\\ud800"', '"a\\ud83d"')
# JSON tokens that are not ids; an id is a string of digits without a leading zero.
NO_IDS = (
    "1",
    "0",
    "-1",
    "1.0",
    "true",
    "null",
    "[]",
    "{}",
    '""',
    '"0"',
    '"-1"',
    '"01"',
    '"+1"',
    '" 1"',
    '"1\\n"',
    '"1.0"',
    '"1e2"',
    '"1_0"',
    '"\u0665"',
    '"1 OR 1"',
    '"\\u0000"',
    '"\\ud800"',
    f'"{10**30}"',
    f'"{"9" * 5000}"',
)
NOBODYS_IDS = (f'"{2**63 - 1}"', f'"{2**63}"', f'"{10**19 - 1}"')
# Parts of a path that are nobody's id.
NO_PATH_IDS = (
    "0",
    "-1",
    "01",
    "1.0",
    "1e2",
    "%2B1",
    "%201",
    "1%0A",
    "1_0",
    "%D9%A5",
    "%C2%B2",
    "abc",
    "null",
    "1%20OR%201",
    "1%27--",
    "%00",
    "1%00",
    "%FF%FE",
    "%F0%9F%98%80",
    "%E2%80%AE",
    "..",
    "%2e%2e",
    "..%2f1",
    str(2**63 - 1),
    str(2**63),
    str(10**30),
    "9" * 5000,
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
)
# Bodies that are not JSON, or JSON that parsers read differently.
NO_JSON = {
    "empty": b"",
    "spaces": b"  ",
    "bad UTF-8": b'{"name": "\xff"}',
    "overlong UTF-8": b'{"name": "\xc0\x80"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "BOM": b"\xef\xbb\xbf{}",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00",
    "NUL": b"\x00",
    "cut off": b'{"name": "a',
    "more": b"{} {}",
    "single quotes": b"{'name': 'a'}",
    "comment": b"{} // nothing",
    "trailing comma": b'{"name": "a",}',
    "raw line break": b'{"name": "a\nb"}',
    "deep arrays": b"[" * 100_000,
    "deep closed arrays": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "key twice": b'{"name": "a", "name": "b"}',
    "key twice in a list": b'[{"coins": 1, "coins": -5, "goods": 1}]',
    "key twice, once escaped": b'{"name": "a", "n\\u0061me": "b"}',
    "form": b"name=a&coins=1",
    "XML": b"<name>a</name>",
}
# JSON that no route accepts.
NO_SHAPE = (b"null", b"true", b"5", b'"text"', b"[1]", b"[[]]", b"[null]", b'{"": 1}')
UNKNOWN_FIELDS = ("id", "is_staff", "owner", "balance", "price", "status", "entry_count", "Coins")
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "QUERY",
    "BREW",
)
