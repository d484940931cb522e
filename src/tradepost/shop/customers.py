"""Customers: register, edit, delete; and placeholders for those who order before they register."""

from __future__ import annotations

from typing import Any, NamedTuple

from tradepost import txn
from tradepost.shop import rules
from tradepost.shop.errors import CustomerExists, CustomerNotFound, NothingToChange
from tradepost.shop.models import Customer
from tradepost.shop.rules import Buyer

REGISTER, EDIT, DELETE = "register customer", "edit customer", "delete customer"


class Named(NamedTuple):
    """The customer that a buyer is.

    Attributes:
        row: As it is, or None for one who is yet to be made.
        lock: By which the row was found.
        missing: What the row does not say of itself so far.
    """

    row: txn.Row | None
    lock: txn.RowLock | None
    missing: dict[str, Any]


def register(
    name: str,
    *,
    username: str | None = None,
    uid: int | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Register a customer, or complete the placeholder of this username or number.

    Args:
        name: Need not be unique; 1 to 250 characters.
        username: Unique bytewise; 1 to 150 characters.
        uid: The number that another system gave, unique, from 1.
        call: `wait_s`, `dry_run`, `policy`, `using` of `txn.execute`.

    Raises:
        CustomerExists: The username or the number is another customer's.
    """
    buyer = Buyer(username=username, uid=uid)

    def decide(rows: txn.Rows) -> txn.Changes:
        named = _named(rows, buyer)
        if named.row is not None and named.row.name:
            by_name = username is not None and named.row.username == username
            field = "username" if by_name else "uid"
            raise CustomerExists(identifier=field, value=getattr(buyer, field))
        return _completed(rows, named, actor, name=name)

    unit = txn.Unit(
        locks=buyer_locks(buyer),
        decide=decide,
        act=REGISTER,
        terms=(name, username, uid),
        key=key,
    )
    return txn.execute(unit, **call)


def edit(
    customer_id: int,
    *,
    name: str | None = None,
    username: str | None = None,
    uid: int | None = None,
    actor: str,
    key: txn.Key | None = None,
    **call: Any,
) -> txn.Outcome:
    """Change what is given of a customer, and return the customer.

    Raises:
        NothingToChange: Nothing is given.
        CustomerNotFound: There is no such customer.
        CustomerExists: The username or the number is another customer's.
    """
    if name is None and username is None and uid is None:
        raise NothingToChange
    identifiers = Buyer(username=username, uid=uid)
    lock = _lock(customer_id)
    others = buyer_locks(identifiers)

    def decide(rows: txn.Rows) -> txn.Changes:
        customer = _there(rows, customer_id)
        for other in others:
            found = rows.get(other)
            if found is not None and found.id != customer.id:
                field = "uid" if other.field == "uid" else "username"
                raise CustomerExists(identifier=field, value=getattr(identifiers, field))
        given = {} if name is None else {"name": name}
        return _completed(rows, Named(customer, lock, _identified(identifiers)), actor, **given)

    unit = txn.Unit(
        locks=(lock, *others),
        decide=decide,
        act=EDIT,
        terms=(customer_id, name, username, uid),
        key=key,
    )
    return txn.execute(unit, **call)


def delete(customer_id: int, *, actor: str, key: txn.Key | None = None, **call: Any) -> txn.Outcome:
    """Take a customer away, with the orders; what they bought stays in the books.

    Username and number are free again.

    Raises:
        CustomerNotFound: There is no such customer.
    """
    lock = _lock(customer_id)

    def decide(rows: txn.Rows) -> txn.Changes:
        customer = _there(rows, customer_id)
        gone = {
            "username_digest": None,
            "uid": None,
            "updated_at": rows.now,
            "updated_by": actor,
            "deleted_at": rows.now,
        }
        answer = _answer(customer, rows, {"updated_at": rows.now})
        return txn.Changes(answer=answer, updates=(txn.Update(lock, gone),))

    unit = txn.Unit(locks=(lock,), decide=decide, act=DELETE, terms=(customer_id,), key=key)
    return txn.execute(unit, **call)


def buyer_locks(buyer: Buyer) -> tuple[txn.RowLock, ...]:
    """Return the locks on all that could be the customer who buys."""
    locks = []
    if buyer.id is not None:
        locks.append(_lock(buyer.id))
    if buyer.username is not None:
        locks.append(txn.RowLock(Customer, rules.digest(buyer.username), "username_digest"))
    if buyer.uid is not None:
        locks.append(txn.RowLock(Customer, buyer.uid, "uid"))
    return tuple(locks)


def identify(rows: txn.Rows, buyer: Buyer, actor: str) -> tuple[int | txn.NewId, txn.Changes]:
    """Return who buys, and what that changes: a first use makes a placeholder.

    Raises:
        CustomerNotFound: There is no customer with this id.
        CustomerExists: Username and number are two customers'.
    """
    if buyer.id is not None:
        return _there(rows, buyer.id).id, txn.Changes(answer=None)
    named = _named(rows, buyer)
    if named.row is not None and not named.missing:
        return named.row.id, txn.Changes(answer=None)
    changes = _completed(rows, named, actor)
    return changes.answer["id"], changes


def _named(rows: txn.Rows, buyer: Buyer) -> Named:
    """Find the customer of a username and a number, who may have said but one of them so far."""
    found: tuple[txn.Row | None, txn.RowLock | None] = None, None
    for lock in buyer_locks(buyer):
        row = rows.get(lock)
        if row is None:
            continue
        if found[0] is not None and found[0].id != row.id:
            raise CustomerExists(identifier="uid", value=buyer.uid)
        found = row, lock
    row, by = found
    missing = _identified(buyer)
    if row is None:
        return Named(None, None, missing)
    for field in ("username", "uid"):
        given, known = getattr(buyer, field), getattr(row, field)
        if given is not None and known is not None and given != known:
            other = "uid" if field == "username" else "username"
            raise CustomerExists(identifier=other, value=getattr(buyer, other))
        if known is not None:
            missing = {name: value for name, value in missing.items() if not name.startswith(field)}
    return Named(row, by, missing)


def _identified(buyer: Buyer) -> dict[str, Any]:
    """Return the columns that a buyer's username and number are stored in."""
    columns: dict[str, Any] = {}
    if buyer.username is not None:
        columns["username"] = buyer.username
        columns["username_digest"] = rules.digest(buyer.username)
    if buyer.uid is not None:
        columns["uid"] = buyer.uid
    return columns


def _completed(rows: txn.Rows, named: Named, actor: str, **more: Any) -> txn.Changes:
    """Return the changes that make a customer, or complete one, and the customer as answer."""
    now = rows.now
    values = named.missing | more | {"updated_at": now, "updated_by": actor}
    if named.row is not None and named.lock is not None:
        update = txn.Update(named.lock, values)
        return txn.Changes(answer=_answer(named.row, rows, values), updates=(update,))
    blank = {"name": "", "username": None, "username_digest": None, "uid": None}
    customer = txn.Insert(Customer, blank | values | {"created_at": now, "deleted_at": None})
    shown = {name: customer.values[name] for name in ("name", "username", "uid")}
    times = {"created_at": now.isoformat(), "updated_at": now.isoformat()}
    return txn.Changes(answer={"id": customer.id, **shown, **times}, inserts=(customer,))


def _answer(customer: txn.Row, rows: txn.Rows, values: dict[str, Any]) -> dict[str, Any]:
    """Return a customer as it is with new values."""
    shown = {name: getattr(customer, name) for name in ("id", "name", "username", "uid")}
    changed = {name: values[name] for name in shown.keys() & values.keys()}
    return {
        **shown,
        **changed,
        "created_at": customer.created_at.isoformat(),
        "updated_at": rows.now.isoformat(),
    }


def _lock(customer_id: int) -> txn.RowLock:
    return txn.RowLock(Customer, customer_id)


def _there(rows: txn.Rows, customer_id: int) -> txn.Row:
    customer = rows.get(_lock(customer_id))
    if customer is None or customer.deleted_at is not None:
        raise CustomerNotFound(customer=customer_id)
    return customer
