"""An N+1 detector: a middleware that fails requests which load rows one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
# A request may load two objects of one kind; three equal queries are most likely a loop.
REPEATS_MAX = 2
# Only the ORM's queries count; they qualify columns with their table. Units of work repeat
# queries on purpose: on some engines they lock row by row.
ORM_QUERY = re.compile(r"""SELECT (DISTINCT )?(["`]\w+["`]\.|COUNT|1 )""")
# Django's cache counts its rows at every write, and a batch looks up one receipt for each unit.
IGNORED_TABLES = ("receipt", "shared_value")


class RepeatedQuery(AssertionError):
    """One request sent the same SELECT more than twice."""


def detector(get_response: View) -> View:
    """Return the middleware that raises RepeatedQuery."""

    def serve(request: HttpRequest) -> HttpResponse:
        sent: Counter[str] = Counter()

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            if ORM_QUERY.match(sql) and not any(table in sql for table in IGNORED_TABLES):
                sent[sql] += 1
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = get_response(request)
        repeated = {sql: times for sql, times in sent.items() if times > REPEATS_MAX}
        if repeated:
            raise RepeatedQuery(f"{request.method} {request.path}: {repeated}")
        return response

    return serve
