"""Finds the customer of an order by ID, username or uid; creates and completes placeholders."""

from dataclasses import replace
from datetime import datetime
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
        unset: The username or uid that the row does not have yet.
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
    """Return the customer; an unknown username or uid creates a placeholder.

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
    username = buyer.username if row.username is None else None
    return Match(row, lock, Buyer(username=username, uid=buyer.uid if row.uid is None else None))


def check_available(rows: Rows, identifiers: Buyer, customer_id: int) -> None:
    """Raise `CustomerExists` if the username or uid belongs to another customer."""
    for lock in locks(identifiers):
        found = rows.get(lock)
        if found is not None and found.id != customer_id:
            if lock.field == "uid":
                raise CustomerExists(identifier="uid", value=identifiers.uid)
            raise CustomerExists(identifier="username", value=identifiers.username)


def save(
    rows: Rows, match: Match, *, actor: str, name: str | None = None
) -> tuple[Identified, Deferred[CustomerAnswer]]:
    """Return the writes that create or complete a customer, and the customer as the answer."""
    row, lock, unset = match
    values: dict[str, object] = {"updated_at": rows.now, "updated_by": actor}
    answer = CustomerAnswer(None, "", None, None, rows.now, rows.now)
    if row is not None:
        answer = answer_of(row, rows.now)
    if name is not None:
        values["name"] = name
        answer = replace(answer, name=name)
    if unset.username is not None:
        values |= {"username": unset.username, "username_digest": rules.digest(unset.username)}
        answer = replace(answer, username=unset.username)
    if unset.uid is not None:
        values["uid"] = unset.uid
        answer = replace(answer, uid=unset.uid)
    if row is None or lock is None:
        customer = Insert(Customer, values | {"created_at": rows.now})
        saved = Identified(customer.id, inserts=(customer,))
    else:
        saved = Identified(row.id, updates=(Update(lock, values),))
    return saved, Deferred(lambda: replace(answer, id=known_id(saved.id)))


def answer_of(row: CustomerRow, updated_at: datetime) -> CustomerAnswer:
    """Return a customer's row as an answer."""
    return CustomerAnswer(
        known_id(row.id), row.name, row.username, row.uid, row.created_at, updated_at
    )


def _differ(given: object, known: object) -> bool:
    return given is not None and known is not None and given != known
