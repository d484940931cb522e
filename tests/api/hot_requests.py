"""Requests to the hot routes, plain and odd, as they are on the wire: the table of `same_answers`.

In bodies, ``<s>`` and ``<b>`` are a seller and a buyer with 100 coins and 20 goods each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.api import bad_values as values
from tradepost.trading.models import BALANCE_MAX

TRADES, TRADE, TRADE_SLASH = "/api/v1/trades", "/player/trade", "/player/trade/"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
LIMIT = 4 * 1024 * 1024
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Hot:
    """A request to a hot route.

    Attributes:
        headers: Besides its host, its type and its length.
        host: None is no such header.
        length: What is announced, if not the length of the body; empty is nothing.
        before: Requests that are answered first.
        is_hot: Whether it is answered without Django's request and response.
    """

    path: str = TRADES
    body: bytes = b""
    method: str = "POST"
    query: str = ""
    kind: str = JSON
    headers: Headers = ()
    host: str | None = "127.0.0.1:8000"
    length: str | None = None
    caller: str | None = "127.0.0.1"
    before: tuple[Hot, ...] = ()
    is_hot: bool = True

    def pairs(self, body: bytes) -> list[tuple[str, str]]:
        """Return all of its headers."""
        length = str(len(body)) if self.length is None else self.length
        found = [("host", self.host), ("content-type", self.kind), ("content-length", length)]
        given = [(name, text) for name, text in found if text is not None]
        return [(name, text) for name, text in given if text or name == "host"] + [*self.headers]

    def filled(self, pair: tuple[int, int]) -> bytes:
        """Return the body, with the players' ids."""
        return self.body.replace(b"<s>", b"%d" % pair[0]).replace(b"<b>", b"%d" % pair[1])


def json_body(
    goods: object = 1, coins: object = 2, *, seller: str = '"<s>"', buyer: str = '"<b>"'
) -> bytes:
    return (
        f'{{"seller": {seller}, "buyer": {buyer}, "goods": {goods}, "coins": {coins}}}'
    ).encode()


def form_body(
    amount: object = 1, price: object = 2, *, seller: str = "<s>", buyer: str = "<b>"
) -> bytes:
    return f"sellID={seller}&buyID={buyer}&amount={amount}&price={price}".encode()


PLAIN = Hot(body=json_body())
PLAIN_FORM = Hot(path=TRADE, kind=FORM, body=form_body())


def both(name: str, **changed: object) -> dict[str, Hot]:
    """Return the same change of a JSON request and of a form."""
    return {
        f"{name}, {kind}": replace(one, **changed)  # type: ignore[arg-type]
        for kind, one in (("JSON", PLAIN), ("form", PLAIN_FORM))
    }


def keyed(key: str) -> Headers:
    return (("idempotency-key", key),)


def _key_cases() -> dict[str, Hot]:
    found: dict[str, Hot] = {}
    for kind, one in (("JSON", PLAIN), ("form", PLAIN_FORM)):
        first = replace(one, headers=keyed("again"))
        other = json_body(2) if kind == "JSON" else form_body(2)
        refused = json_body(21) if kind == "JSON" else form_body(21)
        found |= {
            f"key, {kind}": first,
            f"quoted key, {kind}": replace(one, headers=keyed('"a,\\"b\\\\"')),
            f"replay, {kind}": replace(first, before=(first,)),
            f"replay of the quoted, {kind}": replace(
                first, headers=keyed('"again"'), before=(first,)
            ),
            f"key reused, {kind}": replace(first, body=other, before=(first,)),
            f"key of a refusal, {kind}": replace(
                first, body=refused, before=(replace(first, body=refused),)
            ),
        }
    return found | {
        "key of the other route": replace(
            PLAIN, headers=keyed("again"), before=(replace(PLAIN_FORM, headers=keyed("again")),)
        ),
        "key of the other route, the other way": replace(
            PLAIN_FORM, headers=keyed("again"), before=(replace(PLAIN, headers=keyed("again")),)
        ),
        "replay with the slash": replace(
            PLAIN_FORM,
            path=TRADE_SLASH,
            headers=keyed("again"),
            before=(replace(PLAIN_FORM, headers=keyed("again")),),
        ),
    }


# What is asked is done, or refused by the business: on the hot path, every one of them.
ANSWERED = {
    "plain": PLAIN,
    "plain form": PLAIN_FORM,
    "plain form with slash": replace(PLAIN_FORM, path=TRADE_SLASH),
    "gift": replace(PLAIN, body=json_body(20, 0)),
    "gift, form": replace(PLAIN_FORM, body=form_body(20, 0)),
    "second": replace(PLAIN, before=(PLAIN,)),
    "too few goods": replace(PLAIN, body=json_body(21)),
    "too few goods, form": replace(PLAIN_FORM, body=form_body(21)),
    "too few coins": replace(PLAIN, body=json_body(1, 101)),
    "too few coins, form": replace(PLAIN_FORM, body=form_body(1, 101)),
    "same player": replace(PLAIN, body=json_body(buyer='"<s>"')),
    "same player, form": replace(PLAIN_FORM, body=form_body(buyer="<s>")),
    "no seller": replace(PLAIN, body=json_body(seller='"9223372036854775807"')),
    "no seller, form": replace(PLAIN_FORM, body=form_body(seller="9223372036854775807")),
    "no buyer": replace(PLAIN, body=json_body(buyer='"9223372036854775806"')),
    "no buyer, form": replace(PLAIN_FORM, body=form_body(buyer="9223372036854775806")),
    "1e0": replace(PLAIN, body=json_body("1e0", "2.0")),
    "zeros in front, form": replace(PLAIN_FORM, body=form_body("007", "-0")),
    "escaped JSON": replace(PLAIN, body=PLAIN.body.replace(b"seller", b"s\\u0065ller")),
    "spaced JSON": replace(PLAIN, body=b" \n" + PLAIN.body + b"\r\n\t"),
    "unknown fields, form": replace(PLAIN_FORM, body=PLAIN_FORM.body + b"&name=%FF%00&x"),
    "escaped form": replace(PLAIN_FORM, body=PLAIN_FORM.body.replace(b"sell", b"%73ell")),
    **both("given id", headers=(("x-request-id", "abc-1.2_3"),)),
    **both("empty id", headers=(("x-request-id", ""),)),
    **both("id with a space", headers=(("x-request-id", "a b"),)),
    **both("id too long", headers=(("x-request-id", "a" * 65),)),
    **both("id with a break", headers=(("x-request-id", "a\r\nb"),)),
    **both("our own page", headers=(("origin", "http://127.0.0.1:8000"),)),
    **both("from the same origin", headers=(("sec-fetch-site", "same-origin"),)),
    **both("other name", host="LOCALHOST"),
    **both("IPv6", host="[::1]:8000", caller="::1"),
    **both(
        "curl",
        headers=(("user-agent", "curl/8.0"), ("accept", "*/*"), ("connection", "keep-alive")),
    ),
    **_key_cases(),
}
TYPES = ("", "text/plain", FORM, "multipart/form-data", "nonsense", ";;", f"{JSON}; charset=x")
ODD_FORM_TYPES = (
    *("", JSON, "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"),
    *(f"{FORM}; charset=utf-8", f"{FORM}; charset=latin-1", FORM.upper(), f"{FORM};", ";;"),
)
BAD_FORMS = (
    *(b"", b"null", b"{}", b"sellID", b"=&=", b"%00=%00", b"%FF=1", b"&" * 2000, b"a=1&" * 2000),
    *(form_body(amount) for amount in ("", "0", "-1", "1.0", "%2B1", "+1", "1_0", "%D9%A5")),
    *(form_body(1, price) for price in ("", "-1", "9" * 41, "9007199254740992", "1%00")),
    *(form_body(seller=seller) for seller in ("", "0", "-1", "9223372036854775808", "x")),
    *(PLAIN_FORM.body + b"&%s=1" % name for name in (b"sellID", b"price", b"pr%69ce")),
)
BAD_JSON = (
    *values.NO_JSON.values(),
    *values.NO_SHAPE,
    *(json_body(seller=token) for token in (*values.NO_IDS, *values.LONE_SURROGATES)),
    *(PLAIN.body[:-1] + b', "%s": 1}' % name for name in (b"id", b"seller", b"Coins", b"a/b~c")),
    b'{"seller": "<s>"}',
    b'{"trades": []}',
)


def _number_cases() -> dict[str, Hot]:
    """Return every number as goods and as coins: what is one, is for the business to judge."""

    def is_amount(number: object, least: int) -> bool:
        return isinstance(number, int) and least <= number <= BALANCE_MAX

    return {
        f"goods {token[:20]}": replace(PLAIN, body=json_body(token), is_hot=is_amount(number, 1))
        for token, number in values.INTEGERS.items()
    } | {
        f"coins {token[:20]}": replace(PLAIN, body=json_body(1, token), is_hot=is_amount(number, 0))
        for token, number in values.INTEGERS.items()
    }


# What cannot be read, or does not make sense: Django is to say so, in the same words.
UNREADABLE = (
    _number_cases()
    | {
        f"JSON {place}": replace(PLAIN, body=body, is_hot=False)
        for place, body in enumerate(BAD_JSON)
    }
    | {
        f"form {place}": replace(PLAIN_FORM, body=body, is_hot=False)
        for place, body in enumerate(BAD_FORMS)
    }
    | {f"form as {kind!r}": replace(PLAIN_FORM, kind=kind, is_hot=False) for kind in ODD_FORM_TYPES}
    | {f"JSON as {kind!r}": replace(PLAIN, kind=kind) for kind in TYPES}
    | {
        "cut off": replace(PLAIN, length="500", is_hot=False),
        "empty": replace(PLAIN, body=b"", is_hot=False),
        "empty, no length": replace(PLAIN, body=b"", length="", is_hot=False),
        "longer than announced, form": replace(
            PLAIN_FORM, body=PLAIN_FORM.body, length="20", is_hot=False
        ),
    }
)
# What is said besides the body, and is not plain.
ODD = {
    **both("no length", length="", is_hot=False),
    **both("chunked", length="", headers=(("transfer-encoding", "chunked"),), is_hot=False),
    **both("chunked and a length", headers=(("transfer-encoding", "chunked"),), is_hot=False),
    **both("limit", body=b" " * LIMIT, is_hot=False),
    **both("over the limit", body=b" " * (LIMIT + 1), is_hot=False),
    **both("announces too much", length=str(LIMIT + 1), is_hot=False),
    **both("announces far too much", length="9" * 30, is_hot=False),
    **both("zeros before the length", length=f"00{len(json_body()) - 4}", is_hot=False),
    **both("length in words", length="abc", is_hot=False),
    **both("length below 0", length="-1", is_hot=False),
    **both("prefers", headers=(("prefer", "wait=5"),), is_hot=False),
    **both("prefers what is none", headers=(("prefer", "wait=x"),), is_hot=False),
    **both("dry run", query="dry_run=true", is_hot=False),
    **both("bad dry run", query="dry_run=1", is_hot=False),
    **both("other query", query="a=1&a=2", is_hot=False),
    **both("other host", host="evil.example", is_hot=False),
    **both("no host", host="", is_hot=False),
    **both("half a host", host="localhost,evil.example", is_hot=False),
    **both("remote", caller="203.0.113.9", is_hot=False),
    **both("from nowhere", caller=None, is_hot=False),
    **both("proxied", headers=(("x-forwarded-for", "127.0.0.1"),), is_hot=False),
    **both("via", headers=(("via", "1.1 proxy"),), is_hot=False),
    **both("cross-site", headers=(("sec-fetch-site", "cross-site"),), is_hot=False),
    **both("same-site", headers=(("sec-fetch-site", "same-site"),), is_hot=False),
    **both("other origin", headers=(("origin", "http://evil.example"),), is_hot=False),
    **both("null origin", headers=(("origin", "null"),), is_hot=False),
    **both("other port", headers=(("origin", "http://127.0.0.1:3000"),), is_hot=False),
    **both("two keys", headers=keyed("a") + keyed("b"), is_hot=False),
    **both("two ids", headers=(("x-request-id", "a"), ("x-request-id", "b")), is_hot=False),
    **both("two origins", headers=(("origin", "http://127.0.0.1:8000"),) * 2, is_hot=False),
    **both("a cookie", headers=(("cookie", "a=b"),), is_hot=False),
    **both("unknown header", headers=(("x-new", "1"),), is_hot=False),
    **both("gzip", headers=(("content-encoding", "gzip"),), is_hot=False),
    **both("expects", headers=(("expect", "100-continue"),), is_hot=False),
    **both("method override", headers=(("x-http-method-override", "GET"),), is_hot=False),
    **{
        f"{method} {path}": Hot(method=method, path=path, is_hot=False)
        for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW")
        for path in (TRADES, TRADE, TRADE_SLASH)
    },
    "slash": replace(PLAIN, path=f"{TRADES}/", is_hot=False),
    **{
        f"key {key[:9]!r}, {name}": replace(one, headers=keyed(key), is_hot=False)
        for key in ("", " ", '""', "a b", "a,b", '"a', '"a\\b"', "k" * 256, "caf\xe9", "a\x7f")
        for name, one in (("JSON", PLAIN), ("form", PLAIN_FORM))
    },
}
