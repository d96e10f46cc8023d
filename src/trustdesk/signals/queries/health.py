"""How signals fare."""

from dataclasses import dataclass
from datetime import datetime

from trustdesk.signals.models import Health
from trustdesk.signals.registry import Declared, declared


@dataclass(frozen=True)
class HealthView:
    """One signal. `state`: closed (it is asked), open (left alone until `probe_at`), half_open (one call tries it).
    `broken_since`: since when people know that it gives no answer. Figures since the desk began."""

    signal: str
    version: str
    cost: str
    timeout: float | None
    state: str
    broken_since: datetime | None
    probe_at: datetime | None
    error: str
    failed_at: datetime | None
    answered_at: datetime | None
    calls: int
    questions: int
    failures: int
    late: int
    took_ms: float

    @property
    def part(self) -> bool:
        """Is it one of the machines that look into media together?"""
        return "." in self.signal

    @property
    def milliseconds(self) -> float | None:
        """Of an average question."""
        return self.took_ms / self.questions if self.questions else None


def health() -> list[HealthView]:
    """Every declared signal and every other that was ever heard of, by name, broken ones first."""
    known = declared()
    rows = {row.signal: row for row in Health.objects.all()}
    found = [_view(rows.get(name) or Health(signal=name), known.get(name)) for name in {*known, *rows}]
    return sorted(found, key=lambda view: (view.broken_since is None, view.signal))


def broken() -> frozenset[str]:
    """Signals that people know to give no answer."""
    return frozenset(Health.objects.exclude(broken_since=None).values_list("signal", flat=True))


def silent_until(now: datetime) -> dict[str, datetime]:
    """Signals that are left alone just now, with the time of their next probe."""
    rows = Health.objects.exclude(state=Health.State.CLOSED).filter(probe_at__gt=now)
    return {row.signal: row.probe_at for row in rows if row.probe_at is not None}


def _view(row: Health, entry: Declared | None) -> HealthView:
    return HealthView(
        signal=row.signal,
        version=entry.signal.version if entry else row.version,
        cost=entry.signal.cost if entry else "",
        timeout=entry.signal.timeout if entry else None,
        state=row.state,
        broken_since=row.broken_since,
        probe_at=row.probe_at,
        error=row.error,
        failed_at=row.failed_at,
        answered_at=row.answered_at,
        calls=row.calls,
        questions=row.questions,
        failures=row.failures,
        late=row.late,
        took_ms=row.took_ms,
    )
