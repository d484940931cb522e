"""Provoking errors, in statements that every engine understands."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

from django.db.utils import Error

from tests.engines.recipe import Words
from tests.engines.sessions import Session, Stage, error_of, waiting

LOCK = "SELECT n FROM staged WHERE id = %s FOR UPDATE"
READ = "SELECT n FROM staged WHERE id = %s"
ADD = "UPDATE staged SET n = n + 1 WHERE id = %s"
SET_N = "UPDATE staged SET n = {} WHERE id = %s"
INSERT = "INSERT INTO staged (id, n, u) VALUES (%s, %s, %s)"
PATIENCE_S = 30


def deadlock(stage: Stage, words: Words) -> Exception:
    """Two transactions, each waiting for the other's row."""
    left, right = stage.session().begin(), stage.session().begin()
    left.run(LOCK, stage.one)
    right.run(LOCK, stage.two)
    with waiting(lambda: _attempt(left, LOCK, stage.two)) as elsewhere:
        here = _attempt(right, LOCK, stage.one)
        if here:
            right.rollback()
        error = here or elsewhere.result()
    assert error is not None
    return error


def nowait(stage: Stage, words: Words) -> Exception:
    """A row that another transaction has locked, asked for with NOWAIT."""
    stage.session().begin().run(LOCK, stage.one)
    return error_of(lambda: stage.session().begin().run(f"{LOCK} NOWAIT", stage.one))


def lock_timeout(stage: Stage, words: Words) -> Exception:
    """A row that another transaction keeps locked for longer than the session waits."""
    stage.session().begin().run(LOCK, stage.one)
    waiter = stage.session()
    waiter.run(stage.engine.lock_wait.statement(0))
    return error_of(lambda: waiter.begin().run(LOCK, stage.one))


def duplicate_key(stage: Stage, words: Words) -> Exception:
    """A primary key that is taken."""
    return error_of(lambda: stage.session().run(INSERT, stage.one, 1, 1))


def check(stage: Stage, words: Words) -> Exception:
    """A value that a CHECK constraint refuses."""
    return error_of(lambda: stage.session().run(SET_N.format("-1"), stage.one))


def null(stage: Stage, words: Words) -> Exception:
    """NULL where a column takes none."""
    return error_of(lambda: stage.session().run(SET_N.format("NULL"), stage.one))


def overflow(stage: Stage, words: Words) -> Exception:
    """A sum that no column can hold."""
    return error_of(lambda: stage.session().run(SET_N.format(f"n + {2**63 - 1}"), stage.one))


def below_zero(stage: Stage, words: Words) -> Exception:
    """A debit that its column's type cannot hold."""
    sql = "UPDATE staged SET u = u - 1000 WHERE id = %s"
    return error_of(lambda: stage.session().run(sql, stage.one))


def no_such_table(stage: Stage, words: Words) -> Exception:
    """A table that is not there."""
    return error_of(lambda: stage.session().run("SELECT n FROM nowhere"))


def stale_row(stage: Stage, words: Words) -> Exception:
    """A row that changed after the transaction had read it."""
    late = _serializable(stage)
    late.run(READ, stage.one)
    stage.session().run(ADD, stage.one)
    return error_of(lambda: late.run(ADD, stage.one))


def write_skew(stage: Stage, words: Words) -> Exception:
    """Two transactions that read both rows and wrote one each: the second COMMIT fails."""
    first, second = _serializable(stage), _serializable(stage)
    for session in (first, second):
        session.run("SELECT n FROM staged WHERE id IN (%s, %s)", stage.one, stage.two)
    first.run(ADD, stage.one)
    second.run(ADD, stage.two)
    first.commit()
    return error_of(second.commit)


def write_conflict(stage: Stage, words: Words) -> Exception:
    """An optimistic transaction whose row another one changed first: COMMIT fails."""
    late = stage.session()
    late.run("SET tidb_txn_mode = 'optimistic'")
    late.begin().run(ADD, stage.one)
    stage.session().run(ADD, stage.one)
    return error_of(late.commit)


def number_too_large(stage: Stage, words: Words) -> Exception:
    """A number that no column can hold."""
    sql = f"INSERT INTO staged (id, n, u) VALUES (-1, {2**64}, 1)"
    return error_of(lambda: stage.session().run(sql))


def orphan(stage: Stage, words: Words) -> Exception:
    """A foreign key that points nowhere."""
    return _with_child(stage, "INSERT INTO staged_child (parent) VALUES (-1)")


def parent_in_use(stage: Stage, words: Words) -> Exception:
    """A row that another one points to is to go."""
    return _with_child(stage, f"DELETE FROM staged WHERE id = {stage.one}")


def orphan_at_commit(stage: Stage, words: Words) -> Exception:
    """A deferred foreign key that still points nowhere at COMMIT."""
    session = stage.session()
    parent = "bigint REFERENCES staged (id) DEFERRABLE INITIALLY DEFERRED"
    session.begin().run(f"CREATE TABLE staged_child (parent {parent})")
    session.run("INSERT INTO staged_child (parent) VALUES (-1)")
    error = error_of(session.commit)
    session.rollback()
    return error


def aborted(stage: Stage, words: Words) -> Exception:
    """A statement after one that failed, in the same transaction."""
    session = stage.session().begin()
    error_of(lambda: session.run("SELECT n FROM nowhere"))
    # What was swallowed is not behind what comes now.
    return error_of(lambda: session.run(READ, stage.one))


def killed_mid_transaction(stage: Stage, words: Words) -> Exception:
    """An administrator ended the session; its next statement finds out."""
    victim = _killed(stage, words)
    return error_of(lambda: victim.run(READ, stage.one))


def killed_before_commit(stage: Stage, words: Words) -> Exception:
    """An administrator ended the session; its COMMIT finds out."""
    return error_of(_killed(stage, words).commit)


def used_after_loss(stage: Stage, words: Words) -> Exception:
    """A connection that was lost before is used again."""
    victim = _killed(stage, words)
    error_of(lambda: victim.run(READ, stage.one))
    return error_of(lambda: victim.run(READ, stage.one))


def interrupted(stage: Stage, words: Words) -> Exception:
    """An administrator ended the statement while it waited for a lock."""
    stage.session().begin().run(LOCK, stage.one)
    admin, victim = stage.session(), stage.session()
    number = victim.value(words.session_id)
    victim.begin()
    with waiting(lambda: _attempt(victim, LOCK, stage.one)) as elsewhere:
        until(lambda: admin.value(words.is_waiting.format(id=number)))
        admin.run(words.interrupt.format(id=number))
        error: Exception | None = elsewhere.result()
    assert error is not None
    return error


def refused_connection(stage: Stage, words: Words) -> Exception:
    """Nobody listens on the server's port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return error_of(_call(stage, words, taken.getsockname()[1]))


def silent_server(stage: Stage, words: Words) -> Exception:
    """Something listens on the server's port and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        return error_of(_call(stage, words, listener.getsockname()[1]))


def silence(stage: Stage, words: Words) -> Exception:
    """A statement that is not answered for longer than the driver waits."""
    return error_of(lambda: stage.session(**words.impatient).run("SELECT SLEEP(3)"))


def read_only_transaction(stage: Stage, words: Words) -> Exception:
    """A write in a transaction that was opened for reading."""
    session = stage.session()
    session.run("START TRANSACTION READ ONLY")
    return error_of(lambda: session.run(ADD, stage.one))


def until(asked: Callable[[], object]) -> None:
    """Ask a server, which tells nobody of its own accord, until it says yes."""
    deadline = time.monotonic() + PATIENCE_S
    while not asked():
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.01)


def _call(stage: Stage, words: Words, port: int) -> Callable[[], object]:
    session = stage.login({"HOST": "127.0.0.1", "PORT": port}, **words.impatient)
    return session.wrapper.ensure_connection


def _with_child(stage: Stage, sql: str) -> Exception:
    session = stage.session()
    key = "FOREIGN KEY (parent) REFERENCES staged (id)"
    session.run(f"CREATE TABLE staged_child (parent bigint NOT NULL, {key})")
    session.run("INSERT INTO staged_child (parent) VALUES (%s)", stage.one)
    error = error_of(lambda: session.run(sql))
    session.run("DROP TABLE staged_child")
    return error


def _serializable(stage: Stage) -> Session:
    session = stage.session().begin()
    session.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    return session


def _killed(stage: Stage, words: Words) -> Session:
    """Return a session that was killed after it wrote, and does not know it yet."""
    victim, admin = stage.session(), stage.session()
    number = victim.value(words.session_id)
    victim.begin().run(ADD, stage.one)
    admin.run(words.kill.format(id=number))
    until(lambda: admin.value(words.is_gone.format(id=number)))
    return victim


def _attempt(session: Session, sql: str, *parameters: object) -> Exception | None:
    try:
        session.run(sql, *parameters)
    except Error as error:
        return error
    return None
