"""What processes share for a while, such as how often somebody guessed a password."""

from __future__ import annotations

import random
import time
from typing import Any

from django.core.cache.backends.db import DatabaseCache

from tradepost.txn import Busy

TRIES = 20
PAUSE_MAX_S = 0.02


class SharedValues(DatabaseCache):
    """Django's database cache, but a value that is set is set.

    Django's own passes over a write that another one got in the way of: a cache may forget. Here
    that would be a guess that is not counted.
    """

    def _base_set(self, mode: str, *args: Any, **options: Any) -> bool:
        """Write a value, again where that failed.

        Raises:
            Busy: It failed too often.
        """
        for _ in range(TRIES):
            written: bool = super()._base_set(mode, *args, **options)  # type: ignore[misc]
            # Whoever adds is told no, be it there or not writable, and asks again.
            if written or mode != "set":
                return written
            time.sleep(random.uniform(0, PAUSE_MAX_S))  # noqa: S311 - no secret
        raise Busy
