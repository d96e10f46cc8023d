"""What one may ask of problems. Views are frozen; what is shown of cases is for who may see these."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.problems import rules
from trustdesk.problems.models import Problem, ProblemCase, Telling, Turn, Unlike
from trustdesk.problems.rules import KINDS, STATES, Bar, Course, bars
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView

__all__ = ["KINDS", "STATES", "Bar", "Course", "ProblemView", "bars"]
LIMIT = 30
WHICH = ("going", "quiet", "closed", "all")
MOST_ALIKE = 12


@dataclass(frozen=True)
class ProblemView:
    id: UUID
    number: int
    title: str
    cause: str
    fix: str
    words: str
    state: str
    fixed_at: datetime | None
    share: int
    days: int
    quiet_since: datetime | None
    made_at: datetime
    changed_at: datetime
    version: int
    cases: int = 0

    @property
    def ended(self) -> bool:
        return self.state == "closed"


@dataclass(frozen=True)
class TellingView:
    """A note or reply to all, and how far it is. `whys`: how many cases were left alone, by why."""

    id: UUID
    problem: UUID
    kind: str
    text: str
    staff: UUID
    staff_name: str
    running: bool
    made_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    whys: dict[str, int]
    untold: int  # cases linked since

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def had_turn(self) -> int:
        return self.total - self.counts.get("waiting", 0)


@dataclass(frozen=True)
class Page:
    rows: tuple[ProblemView, ...]
    next: tuple[datetime, UUID] | None


def by_id(problem_id: UUID) -> ProblemView | None:
    row = Problem.objects.filter(id=problem_id).first()
    return _views([row])[0] if row else None


def listed(*, which: str = "going", text: str = "", after: tuple[datetime, UUID] | None = None) -> Page:
    """A page of problems, the last changed first; two queries."""
    rows = Problem.objects.order_by("-changed_at", "-id")
    if which == "going":
        rows = rows.exclude(state="closed")
    elif which == "quiet":
        rows = rows.filter(quiet_since__isnull=False)
    elif which == "closed":
        rows = rows.filter(state="closed")
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        rows = rows.filter(number=int(text))
    elif text:
        rows = rows.filter(Q(title__icontains=text[:160]) | Q(words__icontains=text[:160]))
    if after is not None:
        at, last = after
        rows = rows.filter(changed_at__lte=at).filter(Q(changed_at__lt=at) | Q(changed_at=at, id__lt=last))
    found = list(rows[: LIMIT + 1])
    shown = found[:LIMIT]
    return Page(tuple(_views(shown)), (shown[-1].changed_at, shown[-1].id) if len(found) > LIMIT else None)


def of_case(case_id: UUID) -> list[ProblemView]:
    """The problems a case has, the newest first."""
    ids = ProblemCase.objects.filter(case_id=case_id).values_list("problem_id", flat=True)
    return _views(list(Problem.objects.filter(id__in=list(ids)).order_by("-id")))


def going(limit: int = 50) -> list[ProblemView]:
    """Problems that are not closed, for who links a case; the last changed first."""
    return _views(list(Problem.objects.exclude(state="closed").order_by("-changed_at")[:limit]))


def offered() -> list[ProblemView]:
    """Problems about which hardly anybody asks any more."""
    return _views(list(Problem.objects.filter(quiet_since__isnull=False).order_by("quiet_since")[:10]))


def case_ids(problem_id: UUID) -> list[UUID]:
    rows = ProblemCase.objects.filter(problem_id=problem_id).order_by("-opened_at", "-id")
    return list(rows.values_list("case_id", flat=True)[: rules.MOST_CASES])


def cases_of(problem_id: UUID, *, actor: Actor, limit: int = 100) -> tuple[list[CaseView], int]:
    """(their newest cases that the actor may see, how many more there are that they may not)."""
    ids = case_ids(problem_id)[:limit]
    found = support.views_of(ids)
    seen = [found[one] for one in ids if one in found and support.may_see(found[one], actor=actor)]
    return seen, len(ids) - len(seen)


def alike(problem: ProblemView, *, actor: Actor, now: datetime) -> list[CaseView]:
    """Cases with the problem's words that nobody has looked at, the last changed first. Raises Unclear."""
    if not problem.words:
        return []
    known = set(case_ids(problem.id)) | set(
        Unlike.objects.filter(problem_id=problem.id).values_list("case_id", flat=True)
    )
    after, found = None, []
    for _ in range(5):  # pages of what is known already are passed over
        page = support.listed(actor=actor, wanted=support.Wanted(text=problem.words), after=after, limit=40, now=now)
        found += [one for one in page.rows if one.id not in known and one.merged_into is None]
        after = page.next
        if after is None or len(found) >= MOST_ALIKE:
            break
    return found[:MOST_ALIKE]


def course(problem: ProblemView, *, now: datetime) -> Course:
    """Cases a day, linked and alike, before and after the fix; days are UTC's. Raises Unclear (its words)."""
    today = now.astimezone(UTC).date()
    since = today - timedelta(days=2 * rules.CHART_DAYS)
    rows = ProblemCase.objects.filter(problem_id=problem.id)
    opened = list(rows.values_list("case_id", "opened_at"))
    linked = Counter(at.astimezone(UTC).date() for _case, at in opened)
    alike_: dict[date, int] = {}
    if problem.words:
        without = [case for case, _at in opened]
        without += Unlike.objects.filter(problem_id=problem.id).values_list("case_id", flat=True)
        alike_ = support.opened_by_day(problem.words, since=since, until=today, without=without, now=now)
    first = min([*linked, *alike_], default=None)
    fixed = problem.fixed_at.astimezone(UTC).date() if problem.fixed_at else None
    return rules.course(linked, alike_, fixed=fixed, today=today, share=problem.share, first=first)


def tellings_of(problem_id: UUID) -> list[TellingView]:
    """What was told to all of them, the newest first; three queries, and one for each."""
    return _tellings(list(Telling.objects.filter(problem_id=problem_id).select_related("staff").order_by("-id")[:10]))


def telling(telling_id: UUID) -> TellingView | None:
    found = _tellings(list(Telling.objects.filter(id=telling_id).select_related("staff")))
    return found[0] if found else None


def left_alone(telling_id: UUID, *, actor: Actor, limit: int = 60) -> list[tuple[CaseView, str]]:
    """Cases that were not told, and why; those the actor may see."""
    rows = Turn.objects.filter(telling_id=telling_id, state__in=["skipped", "refused", "taken_back", "stopped"])
    told = list(rows.order_by("id").values_list("case_id", "why", "state")[:limit])
    found = support.views_of([case for case, _why, _state in told])
    return [
        (found[case], why or state)
        for case, why, state in told
        if case in found and support.may_see(found[case], actor=actor)
    ]


def suggested_words(case_ids: Iterable[UUID]) -> str:
    """The words that most of these cases have."""
    ids = list(case_ids)[:50]
    cases = support.views_of(ids)
    said = support.said_in(ids, notes=False, most=200)
    return rules.words_of(
        (case.subject, next((one.text for one in said.get(case.id, ()) if one.direction == "in"), ""))
        for case in cases.values()
    )


def may_tell(actor: Actor) -> bool:
    return actor is SYSTEM or actor.may("problems.tell")


def _views(rows: Sequence[Problem]) -> list[ProblemView]:
    ids = [row.id for row in rows]
    counts = dict(
        ProblemCase.objects.filter(problem_id__in=ids).values_list("problem_id").annotate(n=Count("id")).order_by()
    )
    return [
        ProblemView(
            id=row.id,
            number=row.number,
            title=row.title,
            cause=row.cause,
            fix=row.fix,
            words=row.words,
            state=row.state,
            fixed_at=row.fixed_at,
            share=row.share,
            days=row.days,
            quiet_since=row.quiet_since,
            made_at=row.made_at,
            changed_at=row.changed_at,
            version=row.version,
            cases=counts.get(row.id, 0),
        )
        for row in rows
    ]


def untold(row: Telling) -> QuerySet[ProblemCase]:
    """Cases that were linked since it was begun."""
    had = Turn.objects.filter(telling=row).values("case_id")
    return ProblemCase.objects.filter(problem_id=row.problem_id).exclude(case_id__in=had)


def _tellings(rows: Sequence[Telling]) -> list[TellingView]:
    turns: dict[UUID, Counter[str]] = {row.id: Counter() for row in rows}
    whys: dict[UUID, Counter[str]] = {row.id: Counter() for row in rows}
    grouped = Turn.objects.filter(telling__in=rows).values_list("telling_id", "state", "why").annotate(n=Count("id"))
    for telling_id, state, why, n in grouped.order_by():
        turns[telling_id][state] += n
        if state in {"skipped", "refused"}:
            whys[telling_id][why] += n
    return [
        TellingView(
            id=row.id,
            problem=row.problem_id,
            kind=row.kind,
            text=row.text,
            staff=row.staff_id,
            staff_name=row.staff.name,
            running=row.running,
            made_at=row.made_at,
            ended_at=row.ended_at,
            counts=dict(turns[row.id]),
            whys=dict(whys[row.id]),
            untold=untold(row).count(),
        )
        for row in rows
    ]
