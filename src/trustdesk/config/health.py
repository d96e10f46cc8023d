"""Is the desk alive, is it ready, what does it measure: answered before everything else, so that no probe depends on host
names, TLS redirects, sessions or the request pool.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from trustdesk.kernel.base import timesource

Answer = Callable[[HttpRequest], HttpResponse]

HEARTBEAT_AGE = timedelta(seconds=30)
CONNECT_SECONDS = 2


class HealthMiddleware:
    """`/healthz`, `/readyz`, `/metrics`; everything else goes on inwards."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Answer) -> None:
        self._inner = get_response
        self._own: dict[str, Answer] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own = self._own.get(request.path_info) if request.method in {"GET", "HEAD"} else None
        answer = (own or self._inner)(request)
        if own:
            answer["Cache-Control"] = "no-store"
            answer._has_been_logged = True  # type: ignore[attr-defined]  # "not ready" is an answer, no error to log
        return answer


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """200 when the desk can work, else 503; each check with its word either way."""
    checks = readiness(now=timesource.now())
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def readiness(*, now: datetime) -> dict[str, dict[str, Any]]:
    """database, migrations, worker → {"ok": bool, "says": sentence}. Never raises, answers within seconds."""
    try:
        with _own_connection() as connection:
            return {
                "database": {"ok": True, "says": "answers"},
                "migrations": _migrations(connection),
                "worker": _worker(connection, now),
            }
    except psycopg.Error as error:
        words = "does not answer" if isinstance(error, psycopg.OperationalError) else "answers with an error"
        not_asked = {"ok": False, "says": "not asked: the database " + words}
        return {"database": {"ok": False, "says": words}, "migrations": not_asked, "worker": not_asked}


def _own_connection() -> psycopg.Connection[Any]:
    # Not the request pool: a readiness probe must neither wait for it nor take from it.
    params = connections["default"].get_connection_params()
    for django_only in ("pool", "cursor_factory", "context"):
        params.pop(django_only, None)
    return psycopg.connect(**{**params, "connect_timeout": CONNECT_SECONDS}, autocommit=True)


def _migrations(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    known = _known_migrations()
    exists = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    applied = (
        {(app, name) for app, name in connection.execute("SELECT app, name FROM django_migrations")}
        if exists and exists[0]
        else set()
    )
    missing, newer = known - applied, applied - known
    if missing:
        return {"ok": False, "says": f"{len(missing)} missing: run `trustdesk migrate`"}
    if newer:
        return {"ok": False, "says": "the database is newer than this TrustDesk"}
    return {"ok": True, "says": "all applied"}


_known: frozenset[tuple[str, str]] | None = None


def _known_migrations() -> frozenset[tuple[str, str]]:
    """Migrations of the code; read from disk once a process."""
    global _known  # noqa: PLW0603  a cache of what cannot change while the process lives
    if _known is None:
        from django.db.migrations.loader import MigrationLoader

        loader = MigrationLoader(None)
        _known = frozenset(loader.disk_migrations)
    return _known


def _worker(connection: psycopg.Connection[Any], now: datetime) -> dict[str, Any]:
    exists = connection.execute("SELECT to_regclass('config_heartbeat') IS NOT NULL").fetchone()
    # One that looks into media alone delivers nothing: without it items wait for their pictures, and the desk works.
    row = (
        connection.execute("SELECT max(at) FROM config_heartbeat WHERE name NOT LIKE 'media %'").fetchone()
        if exists and exists[0]
        else None
    )
    if row is None or row[0] is None:
        return {"ok": False, "says": "none has reported: run `trustdesk worker`"}
    age = now - row[0]
    said = f"reported {max(0, int(age.total_seconds()))} s ago"
    return {"ok": age < HEARTBEAT_AGE, "says": said}


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for callers on this machine or with a key that may read metrics."""
    from trustdesk.config import measures

    if not _may_read_metrics(request):
        return HttpResponse("Metrics need a key with the scope metrics.\n", status=403, content_type="text/plain")
    body, kind = measures.exposition()
    return HttpResponse(body, content_type=kind)


def _may_read_metrics(request: HttpRequest) -> bool:
    # A proxy on this machine calls from a local address too, but says for whom.
    proxied = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    if not proxied and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}:
        return True
    from trustdesk.kernel.people import queries as people

    scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    holder = people.holder_of(secret.strip(), now=timesource.now()) if scheme.lower() == "bearer" else None
    return holder is not None and holder.actor.may("desk.watch")
