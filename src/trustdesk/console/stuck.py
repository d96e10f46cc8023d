"""Background jobs that failed: procrastinate keeps them, nobody else owns them, so the console reads and retries them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from trustdesk.console.facts import JobRetried
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor


@dataclass(frozen=True)
class FailedJob:
    """A job that gave up; its arguments are ids only."""

    id: int
    task: str
    arguments: str
    attempts: int
    failed_at: datetime | None


def failed_jobs(*, limit: int) -> list[FailedJob]:
    """Newest first; one query."""
    rows = (
        ProcrastinateJob.objects.filter(status="failed")
        .annotate(failed_at=Max("procrastinateevent__at"))
        .order_by("-id")[:limit]
    )
    return [
        FailedJob(
            id=row.id,
            task=row.task_name,
            arguments=", ".join(f"{name} {value}" for name, value in sorted(row.args.items()))[:200],
            attempts=row.attempts,
            failed_at=row.failed_at,
        )
        for row in rows
    ]


@action(right="stuck.manage")
def retry_job(*, actor: Actor, job_id: int, now: datetime) -> None:
    """Queue a failed job again, in this transaction. Raises NotFound."""
    job = ProcrastinateJob.objects.filter(id=job_id, status="failed").first()
    if job is None:
        raise NotFound("There is no failed job with this number.")
    app.job_manager.retry_job_by_id(job_id=job_id, retry_at=now)
    record(JobRetried(job=str(job_id), task=job.task_name), actor=actor, at=now)
