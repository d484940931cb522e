"""The N+1 detector: a request that sends one SELECT again and again loads rows one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
# Two of a kind may be two things; three are a loop.
REPEATS_MAX = 2
# The ORM names the tables of columns. Units do not: they lock row by row where the engine wants
# that, and a batch of them asks for the rows and the receipt of each.
OF_THE_ORM = re.compile(r"""SELECT (DISTINCT )?(["`]\w+["`]\.|COUNT|1 )""")
# Django's cache counts its rows at every write.
PASSED_OVER = ("receipt", "shared_value")


class RepeatedQuery(AssertionError):
    """One request sent the same SELECT more than twice."""


def detector(get_response: View) -> View:
    """Make the middleware that raises RepeatedQuery."""

    def serve(request: HttpRequest) -> HttpResponse:
        sent: Counter[str] = Counter()

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            if OF_THE_ORM.match(sql) and not any(table in sql for table in PASSED_OVER):
                sent[sql] += 1
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = get_response(request)
        repeated = {sql: times for sql, times in sent.items() if times > REPEATS_MAX}
        if repeated:
            raise RepeatedQuery(f"{request.method} {request.path}: {repeated}")
        return response

    return serve
