"""What one may ask of triage: suggestions of a case with what cases like it needed, and how often suggestions were right."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.knowledge import queries as knowledge
from trustdesk.macros import queries as macros
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView
from trustdesk.triage import rules
from trustdesk.triage.models import Habit, Judgement, Reading
from trustdesk.triage.rules import INTENTS, SURE, WHATS, Suggestion, Told, interval

__all__ = [
    "INTENTS",
    "SURE",
    "WHATS",
    "Figure",
    "Help",
    "JudgementView",
    "Suggestion",
    "TriageView",
    "choices",
    "corrections",
    "figures",
    "help_for",
    "of_case",
    "offered",
]
PRIORITIES = ("urgent", "high", "normal", "low")
MOST = 3
PERIODS = (7, 30, 90, 365)


@dataclass(frozen=True)
class JudgementView:
    what: str
    suggested: str
    share: float
    chosen: str
    agreed: bool
    at: datetime
    case: UUID
    by: str


@dataclass(frozen=True)
class TriageView:
    """`state`: waiting, read, empty or failed. `judged`: by what they are about."""

    state: str
    suggestions: tuple[Suggestion, ...] = ()
    mood: Suggestion | None = None
    judged: tuple[JudgementView, ...] = ()
    models: str = ""


@dataclass(frozen=True)
class Help:
    """What cases of its intent usually needed. `queue`: (code, times, of all)."""

    queue: tuple[str, int, int] | None
    macros: tuple[macros.MacroView, ...]
    articles: tuple[knowledge.Hit, ...]


@dataclass(frozen=True)
class Figure:
    """Of suggestions that somebody judged, how many were right; `low` and `high`: the 95 % interval, of a hundred."""

    what: str
    value: str
    right: int
    total: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.total if self.total else 0.0

    @property
    def low(self) -> int:
        return round(100 * interval(self.right, self.total)[0])

    @property
    def high(self) -> int:
        return round(100 * interval(self.right, self.total)[1])


def of_case(case_id: UUID) -> TriageView | None:
    """What was read of a case and what people made of it; two queries. None: it was never to be read."""
    row = Reading.objects.filter(case_id=case_id).first()
    if row is None:
        return None
    judged = Judgement.objects.filter(reading=row).select_related("staff", "reading")
    found = offered(row) if row.state == "read" else {}
    return TriageView(
        state=row.state,
        suggestions=tuple(found.values()),
        mood=rules.mood(_told(row)) if row.state == "read" else None,
        judged=tuple(_view(one) for one in judged),
        models=", ".join(f"{name} {version}" for name, version in sorted(row.versions.items())),
    )


def offered(row: Reading | None) -> dict[str, Suggestion]:
    return rules.suggestions(_told(row)) if row is not None else {}


def choices(what: str, suggestion: Suggestion, case: CaseView) -> list[str]:
    """What may be chosen instead, the suggestion among it."""
    if what == "intent":
        return list(INTENTS)
    if what == "priority":
        return list(PRIORITIES)
    known = [code for code, _name in settings.LANGUAGES]
    return list(dict.fromkeys(one for one in (suggestion.value, case.language, *known) if one))


def help_for(case: CaseView, *, actor: Actor) -> Help:
    """The queue, up to three macros and up to three articles for this case; nothing that the actor may not use."""
    row = Reading.objects.filter(case_id=case.id, state="read").first()
    intent = case.intent or (row.intent if row and row.intent_share >= SURE else "")
    habits = list(Habit.objects.filter(intent=intent).order_by("-times", "-last_at")[:40]) if intent else []
    queues = {one.value: one.times for one in habits if one.kind == "queue"}
    used: list[macros.MacroView] = []
    if actor.may("macros.use"):
        for one in habits:
            if one.kind == "macro" and len(used) < MOST:
                with suppress(NotFound, ValueError):
                    macro = macros.one(actor, UUID(one.value))
                    used += [macro] if macro.archived_at is None else []
    return Help(rules.usual_queue(queues), tuple(used), tuple(_articles(case, row, actor)))


def _articles(case: CaseView, row: Reading | None, actor: Actor) -> Sequence[knowledge.Hit]:
    said = [one.text for one in support.public_messages(case.id, limit=50) if one.direction == "in"][:1]
    words = " ".join([case.subject, *said])[:300]
    language = case.language or (row.language if row else "") or settings.LANGUAGE_CODE
    readers = knowledge.STAFF if actor.may("knowledge.read") else knowledge.PUBLIC
    if not words.strip():
        return ()
    return knowledge.search(words, language=language, audiences=readers, limit=MOST).hits


def figures(*, days: int, now: datetime) -> list[Figure]:
    """By what was suggested, what was judged most first; one query."""
    rows = Judgement.objects.filter(at__gt=now - timedelta(days=days)).values("what", "suggested")
    told = rows.annotate(n=Count("id"), right=Count("id", filter=Q(agreed=True))).order_by("what", "-n", "suggested")
    return [Figure(row["what"], row["suggested"], row["right"], row["n"]) for row in told]


def read_lately(*, days: int, now: datetime) -> dict[str, int]:
    """How many cases were read, had nothing to read, or could not be."""
    rows = Reading.objects.filter(read_at__gt=now - timedelta(days=days)).values("state").annotate(n=Count("id"))
    return {row["state"]: row["n"] for row in rows.order_by()}


def corrections(*, days: int, now: datetime) -> Iterator[JudgementView]:
    """Every judgement of these days, the newest first."""
    rows = Judgement.objects.filter(at__gt=now - timedelta(days=days)).select_related("staff", "reading")
    for row in rows.order_by("-at", "-id")[:50_000]:
        yield _view(row)


def _told(row: Reading) -> Told:
    return Told(
        language=row.language,
        language_share=row.language_share,
        intent=row.intent,
        intent_share=row.intent_share,
        urgency=row.urgency,
        hostile=row.hostile,
    )


def _view(row: Judgement) -> JudgementView:
    return JudgementView(
        what=row.what,
        suggested=row.suggested,
        share=row.share,
        chosen=row.chosen,
        agreed=row.agreed,
        at=row.at,
        case=row.reading.case_id,
        by=row.staff.name if row.staff else "",
    )
