"""Reading tables of any size in a bounded amount of memory."""

import contextlib
import heapq
import itertools
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, TypeVar

from django.db.models import Model, QuerySet

PAGE = 200
# How many lines are sorted in memory, and how many files of them are merged at once.
SORTED_AT_ONCE, FILES_MAX = 200_000, 64
M = TypeVar("M", bound=Model)
T = TypeVar("T")


def pages(rows: QuerySet[M], size: int = PAGE) -> Iterator[list[M]]:
    """Yield pages of rows, in the order of their primary key."""
    rows = rows.order_by("pk")
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk)[:size])


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield values in lists of at most ``size``."""
    rest = iter(values)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk


def sorted_on_disk(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines in order, using temporary files to limit memory."""
    with contextlib.ExitStack() as files:
        runs: list[IO[bytes]] = []
        for chunk in chunks(lines, SORTED_AT_ONCE):
            if len(runs) == FILES_MAX:
                runs = [_filled(files.enter_context(TemporaryFile()), heapq.merge(*runs))]
            runs.append(_filled(files.enter_context(TemporaryFile()), sorted(chunk)))
        yield from heapq.merge(*runs)


def _filled(file: IO[bytes], lines: Iterable[bytes]) -> IO[bytes]:
    file.writelines(lines)
    file.seek(0)
    return file
