"""What one may ask of telephone lines and calls. Views are frozen and hold no secret."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from trustdesk.calls import rules
from trustdesk.calls.models import Attempt, Call, CallBack, Extension, Line
from trustdesk.calls.refusals import NoSuchLine
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries as cases

LIMIT = 50


@dataclass(frozen=True)
class LineView:
    id: UUID
    code: str
    name: str
    number: str
    shown: str
    region: str
    queue: str
    market: str
    language: str
    category: str
    continue_days: int
    version: int
    added_at: datetime
    old_secret_until: datetime | None
    archived_at: datetime | None
    extensions: int = 0


@dataclass(frozen=True)
class Signer:
    """A line as whoever signs for it names it, with its secrets, sealed."""

    id: UUID
    sealed: tuple[str, ...]


@dataclass(frozen=True)
class ExtensionView:
    id: UUID
    number: str
    staff: UUID
    name: str


@dataclass(frozen=True)
class CallView:
    """A call as lists show it; `caller` is the number as people read it, "" when it was withheld."""

    id: UUID
    line_name: str
    direction: str
    state: str
    caller: str
    case: UUID | None
    case_number: int | None
    staff_name: str
    extension: str
    standing: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    recording: str
    outcome: str
    note: str
    by_hand: bool

    @property
    def lasted(self) -> str:
        """How long they talked: 3:05; "" for a call nobody answered, or that goes on."""
        if self.answered_at is None or self.ended_at is None:
            return ""
        return rules.lasted(round((self.ended_at - self.answered_at).total_seconds()))


@dataclass(frozen=True)
class TryView:
    """One try to call somebody back."""

    number: int
    staff_name: str
    outcome: str
    note: str
    at: datetime


@dataclass(frozen=True)
class CallBackView:
    """Somebody to call back. `work` is waiting, resting (until its time) or taken; "" once it has ended."""

    id: UUID
    case: UUID
    case_number: int
    subject: str
    caller: str
    dial: str
    wish: str
    missed: bool
    zone: str
    from_at: datetime
    until_at: datetime
    state: str
    work: str
    rests_until: datetime | None
    holder: UUID | None
    holder_name: str
    asked_at: datetime
    ended_at: datetime | None
    tries: tuple[TryView, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What to list; empty means any."""

    state: str = ""
    direction: str = ""
    staff: UUID | None = None
    number: str = ""


def lines(*, archived: bool = False) -> list[LineView]:
    """By name; two queries."""
    count = Counter(Extension.objects.values_list("line_id", flat=True))
    rows = Line.objects.filter(archived_at__isnull=not archived).order_by("name", "id")
    return [_line(row, extensions=count[row.id]) for row in rows]


def line(line_id: UUID) -> LineView:
    """Raises NoSuchLine."""
    row = Line.objects.filter(id=line_id).first()
    if row is None:
        raise NoSuchLine
    return _line(row)


def signer(code: str, *, now: datetime) -> Signer | None:
    """Whose secret an event must be signed with."""
    row = Line.objects.filter(code=code[:40], archived_at=None).first() if code and "\0" not in code else None
    if row is None:
        return None
    old = [row.old_secret] if row.old_secret_until is not None and row.old_secret_until > now else []
    return Signer(id=row.id, sealed=(row.secret, *old))


def extensions(line_id: UUID) -> list[ExtensionView]:
    rows = Extension.objects.filter(line_id=line_id).select_related("staff").order_by("number")
    return [ExtensionView(id=row.id, number=row.number, staff=row.staff_id, name=row.staff.name) for row in rows]


def listed(
    *, actor: Actor, wanted: Wanted, before: tuple[datetime, UUID] | None = None, limit: int = LIMIT
) -> list[CallView]:
    """The newest first, by key; one query."""
    rows = _rows().filter(visible(actor))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.direction:
        rows = rows.filter(direction=wanted.direction)
    if wanted.staff is not None:
        rows = rows.filter(staff_id=wanted.staff)
    if wanted.number:
        rows = rows.filter(number=wanted.number)
    if before is not None:
        at, last = before
        rows = rows.filter(Q(began_at__lt=at) | Q(began_at=at, id__lt=last))
    return [_view(row) for row in rows.order_by("-began_at", "-id")[:limit]]


def of_case(case_id: UUID, *, limit: int = 20) -> list[CallView]:
    """The calls of a case, and of those that were merged into it, newest first; one query."""
    rows = _rows().filter(Q(case_id=case_id) | Q(case__merged_into=case_id))
    return [_view(row) for row in rows.order_by("-began_at", "-id")[:limit]]


def going_of(staff_id: UUID) -> list[CallView]:
    """What rings on this person's telephone or goes on there, oldest first; one query."""
    rows = _rows().filter(staff_id=staff_id, state__in=rules.GOING).order_by("began_at", "id")
    return [_view(row) for row in rows[:5]]


def on_phone(staff_ids: Iterable[UUID]) -> Counter[tuple[UUID, str]]:
    """How many calls each of these people is in, for how much they have in hand (workforce.loads.BESIDE)."""
    rows = Call.objects.filter(staff_id__in=set(staff_ids), state="answered").values_list("staff_id", flat=True)
    return Counter((staff, rules.CHANNEL) for staff in rows if staff is not None)


def case_of_number(number: str, *, market: str, days: int, now: datetime) -> UUID | None:
    """The case a call from this number goes on in: one of this market that has not ended, in which this number called or takes
    part, changed within so many days; the newest. At most three queries."""
    if not days:
        return None
    since = now - timedelta(days=days)
    called = Call.objects.filter(number=number, case__isnull=False, began_at__gte=since).order_by("-began_at")
    ids = [cases.successor_of(found) for found in dict.fromkeys(called.values_list("case_id", flat=True)[:5]) if found]
    known = list(cases.views_of(ids).values()) + cases.taking_part(number)
    going = [one for one in known if not one.ended and one.merged_into is None and one.market == market]
    going = [one for one in going if one.changed_at >= since]
    return max(going, key=lambda one: one.number).id if going else None


def call_backs(*, actor: Actor, which: str, now: datetime, limit: int = 200) -> list[CallBackView]:
    """Of the markets and queues one may answer in: "open" (who is due first), "mine" (in hand), "late", "done" (newest
    first). Three queries."""
    rows = _backs().filter(_scope(actor, "support.answer", market="case__market", queue="case__queue"))
    if which == "done":
        return _back_views(rows.filter(ended_at__isnull=False).order_by("-ended_at", "-id")[:limit])
    rows = rows.filter(ended_at=None).order_by("until_at", "id")
    if which == "mine":
        rows = rows.filter(work__state="claimed", work__holder_id=UUID(actor.id))
    elif which == "late":
        rows = rows.filter(until_at__lt=now)
    return _back_views(rows[:limit])


def call_back(callback_id: UUID) -> CallBackView | None:
    return next(iter(_back_views(_backs().filter(id=callback_id))), None)


def backs_of_case(case_id: UUID, *, limit: int = 5) -> list[CallBackView]:
    """Those of a case and of what was merged into it, the newest first."""
    rows = _backs().filter(Q(case_id=case_id) | Q(case__merged_into=case_id))
    return _back_views(rows.order_by("-asked_at", "-id")[:limit])


def _backs() -> QuerySet[CallBack]:
    return CallBack.objects.select_related("case", "work", "work__holder")


def _back_views(rows: Iterable[CallBack]) -> list[CallBackView]:
    found = list(rows)
    tries: dict[UUID, list[TryView]] = {}
    for one in Attempt.objects.filter(callback__in=found).select_related("staff").order_by("number"):
        told = TryView(one.number, one.staff.name, one.outcome, one.note, one.at)
        tries.setdefault(one.callback_id, []).append(told)
    standing = {"open": "waiting", "held": "resting", "claimed": "taken"}
    return [
        CallBackView(
            id=row.id,
            case=row.case_id,
            case_number=row.case.number,
            subject=row.case.subject,
            caller=rules.shown(row.number),
            dial=row.number,
            wish=row.wish,
            missed=row.missed,
            zone=row.zone,
            from_at=row.from_at,
            until_at=row.until_at,
            state=row.state,
            work=standing.get(row.work.state, "") if row.ended_at is None else "",
            rests_until=row.work.held_until,
            holder=row.work.holder_id if row.work.state == "claimed" else None,
            holder_name=row.work.holder.name if row.work.state == "claimed" and row.work.holder else "",
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            tries=tuple(tries.get(row.id, ())),
        )
        for row in found
    ]


def visible(actor: Actor, right: str = "support.read") -> Q:
    """The calls of the markets and queues of the actor's right."""
    return _scope(actor, right, market="market", queue="queue")


def _scope(actor: Actor, right: str, *, market: str, queue: str) -> Q:
    if actor.kind == "system":
        return Q()
    scopes = Q(pk__in=[])
    for one in actor.allowances:
        if one.right != right:
            continue
        if not one.markets and not one.queues:
            return Q()
        scope = Q(**{f"{market}__in": [*one.markets, ""]}) if one.markets else Q()
        scopes |= scope & Q(**{f"{queue}__in": list(one.queues)}) if one.queues else scope
    return scopes


def _rows() -> QuerySet[Call]:
    return Call.objects.select_related("line", "staff", "case")


def _line(row: Line, *, extensions: int = 0) -> LineView:
    return LineView(
        id=row.id,
        code=row.code,
        name=row.name,
        number=row.number,
        shown=rules.shown(row.number),
        region=row.region,
        queue=row.queue,
        market=row.market,
        language=row.language,
        category=row.category,
        continue_days=row.continue_days,
        version=row.version,
        added_at=row.added_at,
        old_secret_until=row.old_secret_until,
        archived_at=row.archived_at,
        extensions=extensions,
    )


def _view(row: Call) -> CallView:
    return CallView(
        id=row.id,
        line_name=row.line.name if row.line else "",
        direction=row.direction,
        state=row.state,
        caller=rules.shown(row.number) if row.number else row.said_number,
        case=row.case_id,
        case_number=row.case.number if row.case else None,
        staff_name=row.staff.name if row.staff else "",
        extension=row.extension,
        standing=row.standing,
        began_at=row.began_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        recording=row.recording,
        outcome=row.outcome,
        note=row.note,
        by_hand=row.line_id is None,
    )
