"""The data folder, which holds the embedded database and the generated secret key."""

import ipaddress
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class DataFolderError(ImproperlyConfigured):
    """The data folder cannot be used; the text says why."""


def prepare(folder: Path) -> Path:
    """Create the folder if needed, and make sure that it is writable.

    Raises:
        DataFolderError: It cannot be created, or is not writable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be made: {error.strerror}. Set TRADEPOST_DATA."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataFolderError(
            f"The data folder {folder} cannot be written: set TRADEPOST_DATA to one that can."
        )
    return folder


def require_networks(name: str, given: Iterable[str]) -> None:
    """Make sure that a setting lists addresses or networks.

    Raises:
        ImproperlyConfigured: One of them is neither.
    """
    for one in given:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: {one!r} is not an address such as 127.0.0.1, or a network such as "
                "10.0.0.0/8."
            ) from error


def secret_key(folder: Path) -> str:
    """Return the secret key, generated once into a file that only its owner can read.

    Two processes that start together get the same key, since only one can create the file.

    Raises:
        DataFolderError: The file cannot be read or written.
    """
    path = prepare(folder) / "secret_key"
    try:
        _create(path)
        return path.read_text().strip()
    except OSError as error:
        raise DataFolderError(f"The secret key {path} cannot be used: {error.strerror}.") from error


def _create(path: Path) -> None:
    if path.exists():
        return
    # Written under another name first, so that nobody reads half a key.
    draft = path.with_name(f".secret_key.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
