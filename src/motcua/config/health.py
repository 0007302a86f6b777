"""Is the process alive, can it serve, and what has it counted."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from motcua.config import metrics as counters


def live(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "live"})


def ready(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers and no migration waits; 503 with the reason otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = [str(m) for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    except DatabaseError:
        return JsonResponse({"status": "unready", "reason": "database"}, status=503)
    if waiting:
        return JsonResponse({"status": "unready", "reason": "migrations", "waiting": len(waiting)}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(counters.render(), content_type="text/plain; version=0.0.4; charset=utf-8")
