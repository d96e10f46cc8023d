"""What can have happened on the console's own pages."""

from dataclasses import dataclass

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class JobRetried(
    Fact, kind="console.job_retried", subject="job", says="{actor} started the failed job {task} again", personal=()
):
    job: str
    task: str
