"""Provoking the errors of a file: SQLite's."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.engines.provoke import ADD, READ
from tests.engines.recipe import Words
from tests.engines.sessions import Session, Stage, error_of


def second_writer(stage: Stage, words: Words) -> Exception:
    """Another write transaction is open for longer than the session waits."""
    stage.session().begin()
    return error_of(stage.session(timeout=0).begin)


def stale_snapshot(stage: Stage, words: Words) -> Exception:
    """A transaction that began by reading wants to write, and another has written since."""
    reader = stage.session()
    reader.run("BEGIN DEFERRED")
    reader.run(READ, stage.one)
    stage.session().run(ADD, stage.one)
    return error_of(lambda: reader.run(ADD, stage.one))


def busy_commit(stage: Stage, words: Words) -> Exception:
    """Somebody reads while a file without write-ahead log is to be changed: COMMIT fails."""
    with TemporaryDirectory() as folder:
        writer, reader = (
            Session(
                stage.settings | {"NAME": str(Path(folder, "t.sqlite3"))},
                timeout=0,
                init_command="PRAGMA journal_mode=DELETE",
            )
            for _ in range(2)
        )
        writer.run("CREATE TABLE t (n bigint)")
        reader.run("BEGIN DEFERRED")
        reader.run("SELECT COUNT(*) FROM t")
        writer.begin().run("INSERT INTO t VALUES (1)")
        error = error_of(writer.commit)
        reader.close()
        writer.close()
    return error


def read_only_file(stage: Stage, words: Words) -> Exception:
    """The file is opened for reading alone."""
    name = f"file:{stage.settings['NAME']}?mode=ro"
    return error_of(lambda: stage.login({"NAME": name}).begin().run(ADD, stage.one))


def full(stage: Stage, words: Words) -> Exception:
    """The file may not grow any more."""
    session = stage.session()
    # What other tests deleted left room within the file.
    session.run("VACUUM")
    session.run(f"PRAGMA max_page_count = {session.value('PRAGMA page_count')}")
    big = "INSERT INTO staged (id, n, u) SELECT -1, 1, 'x' || hex(zeroblob(1000000))"
    return error_of(lambda: session.run(big))


def no_folder(stage: Stage, words: Words) -> Exception:
    """The file's folder is not there."""
    name = str(Path(stage.settings["NAME"]).parent / "nowhere" / "t.sqlite3")
    return error_of(stage.login({"NAME": name}).wrapper.ensure_connection)


def not_a_database(stage: Stage, words: Words) -> Exception:
    """The file is something else."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "t.sqlite3")
        path.write_bytes(b"junk" * 1024)
        session = stage.login({"NAME": str(path)})
        error = error_of(session.wrapper.ensure_connection)
        session.close()
    return error
