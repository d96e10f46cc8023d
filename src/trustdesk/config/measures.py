"""What the web process measures and what it reads from the database when Prometheus asks."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from trustdesk.kernel.base import timesource

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

REQUESTS = Counter("trustdesk_requests_total", "Requests answered.", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "trustdesk_request_seconds",
    "Time from the first middleware to the answer, without what is streamed.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class MeasureMiddleware:
    """Counts and times requests by route (its pattern, never the address: addresses hold ids)."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._inner = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        answer = self._inner(request)
        route = request.resolver_match.route if request.resolver_match else "(none)"
        method = request.method if request.method in _METHODS else "OTHER"
        REQUESTS.labels(method, route, str(answer.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return answer


class DeskCollector(Collector):
    """Depths and lags, from the database, at the moment of asking; a database that does not answer leaves them out."""

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("trustdesk_database_up", "1 when the database answered this scrape.")
        try:
            found = list(_from_database())
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found


REGISTRY.register(DeskCollector())


def exposition() -> tuple[bytes, str]:
    """The metrics as Prometheus reads them, and their content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def _from_database() -> Iterable[Metric]:
    now = timesource.now()
    with connection.cursor() as cursor:
        deliveries = GaugeMetricFamily(
            "trustdesk_deliveries_open", "Facts not yet delivered to a reactor.", labels=["reactor"]
        )
        cursor.execute(
            "SELECT reactor, count(*) FROM ledger_delivery"
            " WHERE done_at IS NULL AND dead_at IS NULL AND withdrawn_at IS NULL GROUP BY reactor"
        )
        for reactor, count in cursor.fetchall():
            deliveries.add_metric([reactor], count)
        yield deliveries

        cursor.execute("SELECT count(*) FROM ledger_delivery WHERE dead_at IS NOT NULL")
        yield GaugeMetricFamily(
            "trustdesk_deliveries_dead", "Deliveries given up after all tries.", value=cursor.fetchone()[0]
        )

        jobs = GaugeMetricFamily("trustdesk_jobs", "Jobs by queue and status.", labels=["queue", "status"])
        cursor.execute(
            "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
        )
        for queue, status, count in cursor.fetchall():
            jobs.add_metric([queue, status], count)
        yield jobs

        lag = GaugeMetricFamily(
            "trustdesk_loop_lag_seconds", "How far a worker's loop is behind its rhythm.", labels=["worker", "loop"]
        )
        failing = GaugeMetricFamily(
            "trustdesk_loop_failing", "1 while a worker's loop fails.", labels=["worker", "loop"]
        )
        age = GaugeMetricFamily(
            "trustdesk_worker_heartbeat_age_seconds", "Time since a worker reported.", labels=["worker"]
        )
        from trustdesk.config.models import Heartbeat

        for beat in Heartbeat.objects.order_by("name"):
            age.add_metric([beat.name], (now - beat.at).total_seconds())
            for loop, state in beat.loops.items():
                lag.add_metric([beat.name, loop], state["lag"])
                failing.add_metric([beat.name, loop], int(state["failing"] is not None))
        yield from (age, lag, failing)
    yield from _signals(now)


def _signals(now: datetime) -> Iterable[Metric]:
    from trustdesk.signals.queries import health

    broken = GaugeMetricFamily(
        "trustdesk_signal_broken", "1 while people know that a signal gives no answer.", labels=["signal"]
    )
    breaker = GaugeMetricFamily(
        "trustdesk_signal_breaker", "0: it is asked, 1: one call tries it, 2: it is left alone.", labels=["signal"]
    )
    calls = CounterMetricFamily("trustdesk_signal_calls", "Calls by what came of them.", labels=["signal", "result"])
    questions = CounterMetricFamily("trustdesk_signal_questions", "Questions put to a signal.", labels=["signal"])
    seconds = CounterMetricFamily("trustdesk_signal_seconds", "Time spent in its calls.", labels=["signal"])
    age = GaugeMetricFamily("trustdesk_signal_answer_age_seconds", "Time since its last answer.", labels=["signal"])
    for one in health():
        broken.add_metric([one.signal], int(one.broken_since is not None))
        breaker.add_metric([one.signal], {"closed": 0, "half_open": 1, "open": 2}[one.state])
        calls.add_metric([one.signal, "answered"], one.calls - one.failures)
        calls.add_metric([one.signal, "failed"], one.failures - one.late)
        calls.add_metric([one.signal, "late"], one.late)
        questions.add_metric([one.signal], one.questions)
        seconds.add_metric([one.signal], one.took_ms / 1000)
        if one.answered_at is not None:
            age.add_metric([one.signal], (now - one.answered_at).total_seconds())
    yield from (broken, breaker, calls, questions, seconds, age)
