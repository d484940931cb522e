"""What a caller may do: rights, and the roles and API keys that have them."""

import enum


class Right(enum.StrEnum):
    """Something that a caller may be allowed to do."""

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
    """The role of an account."""

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
# The rights that an API key can have. Only people manage keys and accounts.
SCOPES = (Right.READ, Right.TRADE, Right.SHOP)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
