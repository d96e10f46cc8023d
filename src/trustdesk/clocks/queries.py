"""What one may ask of policies, calendars and conversations."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from trustdesk.clocks.models import ClockPolicy, Conversation, HolidayBook
from trustdesk.clocks.rules import policies
from trustdesk.clocks.rules.policies import Policy
from trustdesk.kernel.work import queries as work


@dataclass(frozen=True)
class PolicyView:
    """A clock policy; `out_of_reach`: one above it fits everything, so it never holds."""

    id: UUID
    policy: Policy
    calendar: str
    calendar_name: str
    place: int
    version: int
    archived_at: datetime | None
    out_of_reach: bool


@dataclass(frozen=True)
class HoursView:
    """A calendar with where its holidays come from."""

    calendar: work.CalendarView
    listed: tuple[date, ...]
    ical: str


@dataclass(frozen=True)
class ConversationView:
    work: UUID
    channel: str
    priority: str
    status: str
    policy: str  # "" where none fits


def policies_in_order(*, archived: bool = False) -> list[PolicyView]:
    """The policies in the order in which they are asked; with `archived`, only those that are."""
    rows = ClockPolicy.objects.filter(archived_at__isnull=not archived).select_related("calendar")
    found: list[PolicyView] = []
    for row in rows.order_by("place", "id"):
        policy = policies.read(row.told)
        found.append(
            PolicyView(
                id=row.id,
                policy=policy,
                calendar=row.calendar.code if row.calendar else "",
                calendar_name=row.calendar.name if row.calendar else "",
                place=len(found) + 1,
                version=row.version,
                archived_at=row.archived_at,
                out_of_reach=any(not one.policy.when for one in found) and not archived,
            )
        )
    return found


def policy_of(policy_id: UUID) -> PolicyView | None:
    """One policy, archived or not."""
    both = [*policies_in_order(), *policies_in_order(archived=True)]
    return next((one for one in both if one.id == policy_id), None)


def calendars(*, archived: bool = False) -> list[HoursView]:
    """Calendars by name, with where their holidays come from; those that are archived only when asked for."""
    books = {book.calendar.code: book for book in HolidayBook.objects.select_related("calendar")}
    found = []
    for one in work.calendars(archived=archived):
        book = books.get(one.code)
        listed = tuple(book.listed) if book else tuple(date.fromisoformat(day) for day in one.holidays)
        found.append(HoursView(calendar=one, listed=listed, ical=book.ical if book else ""))
    return found


def conversation_of(work_id: UUID) -> ConversationView | None:
    """How the work's conversation stands; its clocks are `kernel.work.queries.clocks_of`."""
    row = Conversation.objects.filter(work_id=work_id).select_related("policy").first()
    if row is None:
        return None
    return ConversationView(
        work=row.work_id,
        channel=row.channel,
        priority=row.priority,
        status=row.status,
        policy=row.policy.name if row.policy else "",
    )
