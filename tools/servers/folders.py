"""Temporary folders for servers and tests, removed when their process ends."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "tradepost-private-"
_LOCK = "lock"
_ours: set[Path] = set()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Provide a folder that is removed after the block, or when this process ends."""
    _remove_stale()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # A server that runs as another user than root has to reach its data inside.
    folder.chmod(0o711)
    # Renamed only once it is locked, so that no other process can take it for stale.
    lock = os.open(folder / "lock.new", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    (folder / "lock.new").rename(folder / _LOCK)
    _ours.add(folder)
    try:
        yield folder
    finally:
        _remove(folder)
        _ours.discard(folder)
        os.close(lock)


def _remove_stale() -> None:
    """Remove the folders of processes that died without cleaning up."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError), lock.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(lock.parent)


def _remove(folder: Path) -> None:
    """Remove the folder, its lock file last, so that a failed removal is retried next time."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink()
        if [path.name for path in folder.iterdir()] == [_LOCK]:
            (folder / _LOCK).unlink()
            folder.rmdir()


@atexit.register
def _remove_ours() -> None:
    for folder in _ours:
        _remove(folder)
