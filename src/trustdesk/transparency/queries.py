"""Asking for reports: what was published, and what a report on these days would say."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.transparency.gathering import SPLITS, SUMS, days, gather
from trustdesk.transparency.models import Report
from trustdesk.transparency.rules import Figure, NotUnderstood, from_csv, problems, to_csv
from trustdesk.transparency.wording import sections

__all__ = [
    "DoesNotAddUp",
    "Drawn",
    "Figure",
    "ReportChanged",
    "ReportView",
    "digest",
    "draw",
    "editions",
    "newest",
    "next_edition",
    "published",
    "reconciled",
    "shown",
    "too_many",
]

EARLIEST = date(2000, 1, 1)
LONGEST = 1_100  # days
MOST_LISTED = 200
MOST_AT_ONCE = 200_000  # restricting decisions counted while somebody waits for a page: some seconds


class DoesNotAddUp(Refusal):
    """The figures of this report do not add up, so it goes nowhere."""

    code, status = "does_not_add_up", 409


class ReportChanged(Refusal):
    """This report is not as it was published: its checksum is another. Somebody changed it behind the desk."""

    code, status = "report_changed", 409


@dataclass(frozen=True)
class Drawn:
    """A report that adds up, not published."""

    first: date
    last: date
    figures: tuple[Figure, ...]
    csv: str
    unfinished: bool  # its last day is not over


@dataclass(frozen=True)
class ReportView:
    """A published report; `figures` is empty in lists."""

    id: UUID
    first: date
    last: date
    edition: int
    csv: str
    sha256: str
    published_at: datetime
    figures: tuple[Figure, ...] = ()


def draw(*, first: date, last: date, now: datetime) -> Drawn:
    """Count, write, read back, reconcile. Raises Invalid (from, to), DoesNotAddUp (each finding by its number)."""
    today = now.astimezone(UTC).date()
    fields: dict[str, str] = {}
    if first < EARLIEST:
        fields["from"] = gettext("Not before %(day)s.") % {"day": EARLIEST.isoformat()}
    if last > today:
        fields["to"] = "That day has not come yet."
    elif last < first:
        fields["to"] = "Must not lie before the first day."
    elif (last - first).days >= LONGEST:
        fields["to"] = gettext("At most %(n)s days at once.") % {"n": f"{LONGEST:,}"}
    if fields:
        raise Invalid("These days make no report.", fields=fields)
    figures = gather(first=first, last=last, now=now)
    return Drawn(first=first, last=last, figures=figures, csv=reconciled(figures), unfinished=last == today)


def reconciled(figures: Sequence[Figure]) -> str:
    """The report as CSV, after it was read back and everything in it was held against the rest. Raises DoesNotAddUp."""
    text = to_csv(figures)
    try:
        back = from_csv(text)
    except NotUnderstood as why:
        raise DoesNotAddUp(fields={"1": str(why)}) from why
    found = problems(back, sums=SUMS, splits=SPLITS)
    if tuple(back) != tuple(figures):
        found.append("Read back, the file says something else than what was counted.")
    if found:
        raise DoesNotAddUp(fields={str(number): why for number, why in enumerate(found, start=1)})
    return text


def shown(figures: Sequence[Figure]) -> SafeString:
    """The report in words, in the reader's language: the public page and the one before it show the same."""
    return render_to_string("transparency/_report.html", {"sections": sections(figures)})


def too_many(*, first: date, last: date) -> bool:
    """Are these too many decisions to count while somebody waits? Impossible days are none."""
    if not EARLIEST <= first <= last or last.year > 9000:
        return False
    since, until = days(first, last)
    return decisions.counting.how_many_acted(since=since, until=until) > MOST_AT_ONCE


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def editions() -> list[ReportView]:
    """The newest edition of each published stretch of days, the latest first; one query."""
    rows = Report.objects.order_by("-last", "-first", "-edition").distinct("last", "first").defer("csv")
    return [_view(row, whole=False) for row in rows[:MOST_LISTED]]


def newest() -> ReportView | None:
    """What was published of the latest days. Raises ReportChanged."""
    row = Report.objects.order_by("-last", "-first", "-edition").first()
    return _view(row) if row else None


def published(first: date, last: date, edition: int | None = None) -> ReportView | None:
    """The report of these days: its newest edition, or the one asked for. Raises ReportChanged."""
    rows = Report.objects.filter(first=first, last=last).order_by("-edition")
    row = (rows if edition is None else rows.filter(edition=edition)).first()
    return _view(row) if row else None


def next_edition(first: date, last: date) -> int:
    """The number that the next report of these days will have."""
    number = (
        Report.objects.filter(first=first, last=last).order_by("-edition").values_list("edition", flat=True).first()
    )
    return (number or 0) + 1


def _view(row: Report, *, whole: bool = True) -> ReportView:
    if whole and digest(row.csv) != row.sha256:
        raise ReportChanged
    return ReportView(
        id=row.id,
        first=row.first,
        last=row.last,
        edition=row.edition,
        csv=row.csv if whole else "",
        sha256=row.sha256,
        published_at=row.published_at,
        figures=tuple(from_csv(row.csv)) if whole else (),
    )
