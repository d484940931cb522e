"""What somebody may do: rights, the roles that people have, and who needs what where."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class Right(enum.StrEnum):
    """One thing that a caller may do or not."""

    # Reach what everybody reaches: to sign in, and to be told that the server lives.
    ENTER = "enter"
    # See players, trades, customers, products and orders.
    READ = "read"
    # Create, grant, rename and delete players, and trade for them.
    TRADE = "trade"
    # Change customers, products, stock and orders.
    SHOP = "shop"
    # Look around in the shop, buy for oneself, and see and cancel one's own orders.
    BUY = "buy"
    # Look around in the back office, as a person.
    OFFICE = "office"
    # Act there: on what, its own permissions say.
    CLERK = "clerk"
    # Make and revoke keys, and give people their roles.
    ADMIN = "admin"


class Role(enum.StrEnum):
    """What a person is to the place."""

    CUSTOMER = "customer"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


Rights = frozenset[Right]
NOBODY: Rights = frozenset({Right.ENTER})
EVERY: Rights = frozenset(Right)
ROLES: dict[Role, Rights] = {
    Role.CUSTOMER: NOBODY | {Right.BUY},
    Role.VIEWER: NOBODY | {Right.READ, Right.OFFICE},
    Role.OPERATOR: NOBODY | {Right.READ, Right.TRADE, Right.SHOP, Right.OFFICE, Right.CLERK},
    Role.ADMIN: EVERY - {Right.BUY},
}
# What a key can be allowed. Keys and people are managed by people.
SCOPES = (Right.READ, Right.TRADE, Right.SHOP)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Rule(NamedTuple):
    """Who may ask for some paths: any of these rights is enough.

    Attributes:
        paths: Of whole paths, without the first slash.
        page: Whether a person looks at it, who is then asked to sign in.
    """

    paths: re.Pattern[str]
    reads: Rights
    writes: Rights
    page: bool = False

    def allows(self, method: str, rights: Rights) -> bool:
        """Return whether any of these rights allows a method."""
        return bool((self.reads if method in SAFE_METHODS else self.writes) & rights)


def _rule(paths: str, reads: str, writes: str = "admin", *, page: bool = False) -> Rule:
    needed = [frozenset(Right(name) for name in names.split()) for names in (reads, writes)]
    return Rule(re.compile(paths, re.DOTALL), needed[0], needed[1], page)


# The first that fits decides; what none fits, nobody may ask for. A form is shown to those who
# may send it.
RULES = (
    _rule(r"livez|readyz|ping/?", "enter"),
    _rule(r"api/(docs|openapi\.json)?", "enter", "enter"),
    _rule(r"api/v1/(players|trades)(/.*)?", "read", "trade"),
    _rule(r"api/v1/(customers|products|orders|purchases)(/.*)?", "read", "shop"),
    # One's own receipts: they are looked up under the caller's name.
    _rule(r"api/v1/receipts/.*", "read trade shop"),
    _rule(r"player(/.*)?", "read", "trade"),
    _rule(r"(customer|product|order)(/.*)?", "read", "shop"),
    _rule(r"", "enter", page=True),
    _rule(r"account/.*", "enter", "enter", page=True),
    _rule(r"players/(create|bulk-create|delete-all|trade)/?", "trade", "trade", page=True),
    _rule(r"players/[^/]+/(update|delete|grant)/?", "trade", "trade", page=True),
    _rule(r"players(/.*)?", "read", page=True),
    _rule(r"trades(/.*)?", "read", page=True),
    # It reads, and no more.
    _rule(r"overview/audit/", "read", "read", page=True),
    _rule(r"overview/.*", "read", page=True),
    _rule(r"shop/products/[^/]+/buy/", "buy shop", "buy shop", page=True),
    _rule(r"shop/orders/[^/]+/cancel/", "buy shop", "buy shop", page=True),
    _rule(r"shop/.*", "buy read", page=True),
    _rule(r"receipts/.*", "buy read trade shop", page=True),
    _rule(r"keys/.*", "admin", "admin", page=True),
    # The back office asks for more by itself: see its permissions.
    _rule(r"backoffice/login/", "enter", "enter", page=True),
    _rule(r"backoffice/logout/", "office", "office", page=True),
    _rule(r"backoffice/.*", "office", "clerk", page=True),
)


def rule_of(path: str) -> Rule | None:
    """Return the rule of a path, or None where there is none."""
    bare = path.removeprefix("/")
    return next((rule for rule in RULES if rule.paths.fullmatch(bare)), None)
