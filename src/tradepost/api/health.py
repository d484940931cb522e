"""Liveness and readiness probes."""

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from tradepost.api.rights import PROBES
from tradepost.api.tutorials.route import route


def live(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> HttpResponse:
    """Ask the database, and whether its schema is the one this code was written for."""
    checks: dict[str, Any] = {"database": "ok", "schema": "ok"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            checks["schema"] = "migrations are missing: run `tradepost migrate`"
    except DatabaseError:
        checks = {"database": "cannot be reached", "schema": "not asked"}
    broken = any(value != "ok" for value in checks.values())
    status = "unavailable" if broken else "ok"
    return JsonResponse({"status": status, **checks}, status=503 if broken else 200)


live_view = route(PROBES, get=live)
ready_view = route(PROBES, get=ready)
