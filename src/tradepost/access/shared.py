"""Short-lived values that processes share, such as the number of failed logins."""

import random
import time
from typing import Any

from django.core.cache.backends.db import DatabaseCache

from tradepost.txn import Busy

TRIES = 20
PAUSE_MAX_S = 0.02


class SharedValues(DatabaseCache):
    """Django's database cache, except that a write that fails is repeated.

    Django ignores a write that conflicts with another, since a cache may forget. Here that would be
    a failed login that is not counted.
    """

    def _base_set(self, mode: str, *args: Any, **options: Any) -> bool:
        """Write a value, and repeat a write that fails.

        Raises:
            Busy: All attempts failed.
        """
        for _ in range(TRIES):
            written: bool = super()._base_set(mode, *args, **options)  # type: ignore[misc]
            # For "add", False may also mean that the value is there: the caller decides.
            if written or mode != "set":
                return written
            time.sleep(random.uniform(0, PAUSE_MAX_S))  # noqa: S311 - no secret
        raise Busy
