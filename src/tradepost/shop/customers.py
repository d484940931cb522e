"""Customers: register, edit, delete."""

from typing import Unpack

from tradepost import txn
from tradepost.shop import acts, buyers
from tradepost.shop.acts import CustomerAnswer
from tradepost.shop.errors import CustomerExists, NothingToChange
from tradepost.shop.rows import customer_lock, require_customer
from tradepost.shop.rules import Buyer


def register(
    name: str, *, username: str | None = None, uid: int | None = None, **call: Unpack[txn.Call]
) -> txn.Outcome[CustomerAnswer]:
    """Register a customer, or complete the placeholder with this username or uid.

    Args:
        name: 1 to 250 characters; need not be unique.
        username: 1 to 150 characters; unique, compared byte by byte.
        uid: The customer's number in another system; from 1, unique.

    Raises:
        CustomerExists: The username or uid belongs to another customer.
    """
    buyer = Buyer(username=username, uid=uid)

    def decide(rows: txn.Rows) -> txn.Changes[CustomerAnswer]:
        match = buyers.find(rows, buyer)
        if match.row is not None and match.row.name:
            if username is not None and match.row.username == username:
                raise CustomerExists(identifier="username", value=username)
            raise CustomerExists(identifier="uid", value=uid)
        saved, answer = buyers.save(rows, match, name=name, actor=call["actor"])
        return txn.Changes(answer=answer, updates=saved.updates, inserts=saved.inserts)

    terms, locks = acts.Registration(name, username, uid), buyers.locks(buyer)
    unit = txn.Unit(
        locks=locks, decide=decide, act=acts.REGISTER_CUSTOMER, terms=terms, key=call.get("key")
    )
    return txn.execute(unit, **txn.options_of(call))


def edit(
    customer_id: int,
    *,
    name: str | None = None,
    username: str | None = None,
    uid: int | None = None,
    **call: Unpack[txn.Call],
) -> txn.Outcome[CustomerAnswer]:
    """Change a customer's name, username or uid; None leaves a value as it is.

    Raises:
        NothingToChange: No value is given.
        CustomerNotFound: There is no such customer.
        CustomerExists: The username or uid belongs to another customer.
    """
    if name is None and username is None and uid is None:
        raise NothingToChange
    identifiers = Buyer(username=username, uid=uid)
    lock = customer_lock(customer_id)

    def decide(rows: txn.Rows) -> txn.Changes[CustomerAnswer]:
        customer = require_customer(rows, customer_id)
        buyers.check_available(rows, identifiers, customer_id)
        match = buyers.Match(customer, lock, identifiers)
        saved, answer = buyers.save(rows, match, name=name, actor=call["actor"])
        return txn.Changes(answer=answer, updates=saved.updates)

    terms = acts.CustomerEdit(id=customer_id, name=name, username=username, uid=uid)
    locks = (lock, *buyers.locks(identifiers))
    unit = txn.Unit(
        locks=locks, decide=decide, act=acts.EDIT_CUSTOMER, terms=terms, key=call.get("key")
    )
    return txn.execute(unit, **txn.options_of(call))


def delete(customer_id: int, **call: Unpack[txn.Call]) -> txn.Outcome[CustomerAnswer]:
    """Delete a customer, and return the customer as it was.

    The row and its orders are kept. Username and uid become available to other customers.

    Raises:
        CustomerNotFound: There is no such customer.
    """
    lock = customer_lock(customer_id)

    def decide(rows: txn.Rows) -> txn.Changes[CustomerAnswer]:
        customer = require_customer(rows, customer_id)
        values = {
            "username_digest": None,
            "uid": None,
            "updated_at": rows.now,
            "updated_by": call["actor"],
            "deleted_at": rows.now,
        }
        answer = buyers.answer_of(customer, rows.now)
        return txn.Changes(answer=answer, updates=(txn.Update(lock, values),))

    terms = acts.Target(id=customer_id)
    unit = txn.Unit(
        locks=(lock,), decide=decide, act=acts.DELETE_CUSTOMER, terms=terms, key=call.get("key")
    )
    return txn.execute(unit, **txn.options_of(call))
