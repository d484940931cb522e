"""Who orders: finds a customer by ID, username or uid; creates and completes placeholders."""

from __future__ import annotations

from typing import NamedTuple

from tradepost.shop import rules
from tradepost.shop.acts import CustomerAnswer
from tradepost.shop.errors import CustomerExists
from tradepost.shop.models import Customer
from tradepost.shop.rows import CustomerRow, customer_lock, require_customer
from tradepost.shop.rules import Buyer
from tradepost.txn import Deferred, Id, Insert, RowLock, Rows, Update, known_id


class Match(NamedTuple):
    """The customer that a username and a uid belong to.

    Attributes:
        row: None if there is no such customer yet.
        lock: The lock that the row was found by.
        unset: Those of the two that the row does not have yet.
    """

    row: CustomerRow | None
    lock: RowLock[CustomerRow] | None
    unset: Buyer


class Identified(NamedTuple):
    """A customer who orders, with the writes that create or complete it."""

    id: Id
    updates: tuple[Update, ...] = ()
    inserts: tuple[Insert, ...] = ()


def locks(buyer: Buyer) -> tuple[RowLock[CustomerRow], ...]:
    """Return the locks on every row that could be the customer."""
    found: list[RowLock[CustomerRow]] = []
    if buyer.id is not None:
        found.append(customer_lock(buyer.id))
    if buyer.username is not None:
        found.append(RowLock(Customer, rules.digest(buyer.username), "username_digest"))
    if buyer.uid is not None:
        found.append(RowLock(Customer, buyer.uid, "uid"))
    return tuple(found)


def identify(rows: Rows, buyer: Buyer, actor: str) -> Identified:
    """Return who orders; an unknown username or uid creates a placeholder.

    Raises:
        CustomerNotFound: There is no customer with this ID.
        CustomerExists: Username and uid belong to two customers.
    """
    if buyer.id is not None:
        return Identified(require_customer(rows, buyer.id).id)
    match = find(rows, buyer)
    if match.row is not None and match.unset == Buyer():
        return Identified(match.row.id)
    return save(rows, match, actor=actor)[0]


def find(rows: Rows, buyer: Buyer) -> Match:
    """Return the customer of a username and a uid; it may have only one of the two so far.

    Raises:
        CustomerExists: They belong to two customers.
    """
    row, lock = None, None
    for candidate in locks(buyer):
        found = rows.get(candidate)
        if found is None:
            continue
        if row is not None and row.id != found.id:
            raise CustomerExists(identifier="uid", value=buyer.uid)
        row, lock = found, candidate
    if row is None:
        return Match(None, None, buyer)
    if _differ(buyer.username, row.username):
        raise CustomerExists(identifier="uid", value=buyer.uid)
    if _differ(buyer.uid, row.uid):
        raise CustomerExists(identifier="username", value=buyer.username)
    unset = Buyer(
        username=buyer.username if row.username is None else None,
        uid=buyer.uid if row.uid is None else None,
    )
    return Match(row, lock, unset)


def save(
    rows: Rows, match: Match, *, actor: str, name: str | None = None
) -> tuple[Identified, Deferred[CustomerAnswer]]:
    """Return the writes that create or complete a customer, and the customer as the answer."""
    row, lock, given = match
    now = rows.now
    stamp = {"updated_at": now, "updated_by": actor}
    if row is None or lock is None:
        digest = None if given.username is None else rules.digest(given.username)
        customer = Insert(
            Customer,
            {
                "name": name or "",
                "username": given.username,
                "username_digest": digest,
                "uid": given.uid,
                "created_at": now,
                "deleted_at": None,
                **stamp,
            },
        )
        saved = Identified(customer.id, inserts=(customer,))
    else:
        values = _columns(given) | ({} if name is None else {"name": name}) | stamp
        saved = Identified(row.id, updates=(Update(lock, values),))

    def answer() -> CustomerAnswer:
        return CustomerAnswer(
            id=known_id(saved.id),
            name=name if name is not None else row.name if row else "",
            username=row.username if row and given.username is None else given.username,
            uid=row.uid if row and given.uid is None else given.uid,
            created_at=row.created_at if row else now,
            updated_at=now,
        )

    return saved, Deferred(answer)


def _differ(given: object, known: object) -> bool:
    return given is not None and known is not None and given != known


def _columns(given: Buyer) -> dict[str, object]:
    columns: dict[str, object] = {}
    if given.username is not None:
        columns["username"] = given.username
        columns["username_digest"] = rules.digest(given.username)
    if given.uid is not None:
        columns["uid"] = given.uid
    return columns
