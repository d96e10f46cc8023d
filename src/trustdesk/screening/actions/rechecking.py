"""What was let pass before its picture was known: looked up again when a bank of pictures grows, for people to see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.files import queries as files
from trustdesk.screening import asking
from trustdesk.screening.models import Verdict
from trustdesk.signals import queries as signals

# How far back, how many looks in one step, and of how many items at most people are asked for one addition.
BACK = timedelta(days=30)
STEP = 2_000
MOST = 500


@dataclass(frozen=True)
class Rechecked:
    """`asked`: items that are judged again. `after`: the look to go on after, None at the end."""

    asked: int
    after: UUID | None


def recheck(*, bank: str, after: UUID | None, asked: int, now: datetime) -> Rechecked:
    """Look up one step of what was seen within BACK, newest first, and let the items that show what is now known be
    judged again. Nothing is removed by it: where a rule would act, a person is asked instead."""
    page = signals.pictures_like(bank, since=now - BACK, before=after, limit=STEP, now=now)
    known = files.by_hashes(page.digests) if page.digests else {}
    versions = content.newest_showing(view.id for view in known.values()) if known else []
    verdicts = list(
        Verdict.objects.filter(version_id__in=versions, state="final", outcome__in=["approve", "limit"])
        .order_by("-id")
        .values_list("id", flat=True)[: max(0, MOST - asked)]
    )
    asking.for_another_look(verdicts, only_review=True)
    done = page.last is None or asked + len(verdicts) >= MOST
    return Rechecked(asked=asked + len(verdicts), after=None if done else page.last)
