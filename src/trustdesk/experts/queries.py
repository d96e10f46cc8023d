"""What one may ask of questions and answers. The answers are everybody's; a question is read by who asked and who answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Count, QuerySet

from trustdesk.experts import rules
from trustdesk.experts.models import Answer, Field, Question
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Membership

LIMIT = 100
_VECTOR = SearchVector("words", config="simple")


@dataclass(frozen=True)
class FieldView:
    id: UUID
    code: str
    name: str
    about: str
    team: UUID
    team_name: str
    minutes: int
    version: int
    archived_at: datetime | None
    waiting: int = 0


@dataclass(frozen=True)
class AnswerView:
    """`served`: how often nobody had to be asked."""

    id: UUID
    field: UUID
    field_name: str
    title: str
    text: str
    by: str
    at: datetime
    true_until: date
    retired_at: datetime | None
    replaces: UUID | None
    replaced_by: UUID | None
    served: int = 0

    @property
    def in_force(self) -> bool:
        return self.retired_at is None and self.replaced_by is None


@dataclass(frozen=True)
class QuestionView:
    """`text` and `link` are "" for who neither asked nor answers in its field."""

    id: UUID
    field: UUID
    field_name: str
    text: str
    link: str
    state: str
    why: str
    asker: UUID
    asker_name: str
    answer: UUID | None
    answer_title: str
    answer_text: str
    asked_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    yours: bool  # to answer


def fields(*, archived: bool = False) -> list[FieldView]:
    """By name, with how many questions wait; two queries."""
    rows = Field.objects.filter(archived_at__isnull=not archived).select_related("team").order_by("name")
    waiting = dict(Question.objects.filter(ended_at=None).values_list("field").annotate(n=Count("id")).order_by())
    return [
        FieldView(
            row.id,
            row.code,
            row.name,
            row.about,
            row.team_id,
            row.team.name,
            row.minutes,
            row.version,
            row.archived_at,
            waiting.get(row.id, 0),
        )
        for row in rows
    ]


def fields_of(actor: Actor) -> set[UUID]:
    """Where this person answers; one query."""
    if actor.kind != "staff" or not actor.may("experts.answer"):
        return set()
    teams = Membership.objects.filter(staff_id=UUID(actor.id)).values("team_id")
    return set(Field.objects.filter(team_id__in=teams).values_list("id", flat=True))


def answers_in(actor: Actor, field_id: UUID) -> bool:
    return actor.kind == "system" or field_id in fields_of(actor)


def found(
    *, text: str = "", field: UUID | None = None, again: date | None = None, limit: int = LIMIT
) -> list[AnswerView]:
    """Answers in force: with all of these words (or words that begin so), the nearest first; without words the newest first.
    `again`: those whose day is over by then."""
    rows = _in_force()
    if field is not None:
        rows = rows.filter(field_id=field)
    if again is not None:
        rows = rows.filter(true_until__lte=again).order_by("true_until", "id")
        return _answers(rows[:limit])
    words = rules.words_of(text)
    if text.strip() and not words:
        return []
    if words:
        rows = _ranked(rows, " & ".join(f"{one}:*" for one in words))
    return _answers(rows[:limit])


def alike(text: str, *, limit: int = 3) -> list[AnswerView]:
    """Answers that may serve who asks this, the likest first."""
    words = rules.words_of(text)
    if not words:
        return []
    stems = [one[: max(4, len(one) - 2)] for one in rules.telling(words)]
    rows = list(_ranked(_in_force(), " | ".join(f"{one}:*" for one in stems))[:30])
    fit = [row for row in rows if rules.alike(words, row.words)]
    fit.sort(key=lambda row: -rules.likeness(words, row.words))
    return _answers(fit[:limit])


def answer(answer_id: UUID) -> AnswerView | None:
    return next(iter(_answers(Answer.objects.filter(id=answer_id).select_related("field", "staff"))), None)


def versions(view: AnswerView) -> list[AnswerView]:
    """This answer's own line: what it replaced, the newest first."""
    line: list[AnswerView] = []
    last = view.replaces
    while last is not None and len(line) < LIMIT:
        before = answer(last)
        if before is None:
            break
        line.append(before)
        last = before.replaces
    return line


def question(question_id: UUID, *, actor: Actor) -> QuestionView | None:
    return next(iter(_questions(_asked().filter(id=question_id), actor)), None)


def waiting(actor: Actor, *, limit: int = LIMIT) -> list[QuestionView]:
    """What this person may answer, who waits longest first."""
    rows = _asked().filter(ended_at=None, field_id__in=fields_of(actor))
    return _questions(rows.order_by("asked_at", "id")[:limit], actor)


def asked_by(actor: Actor, *, limit: int = LIMIT) -> list[QuestionView]:
    """What this person asked, the newest first."""
    return _questions(_asked().filter(asker_id=UUID(actor.id)).order_by("-asked_at", "-id")[:limit], actor)


def about(work_id: UUID, *, actor: Actor, limit: int = 20) -> list[QuestionView]:
    """What was asked about some work, the newest first."""
    return _questions(_asked().filter(about_id=work_id).order_by("-asked_at", "-id")[:limit], actor)


def calls(actor: Actor) -> tuple[int, int]:
    """What calls for this person: answers they have not seen, questions in their fields. Three queries."""
    own = Question.objects.filter(asker_id=UUID(actor.id), ended_at__isnull=False, seen_at=None).count()
    mine = fields_of(actor)
    return own, Question.objects.filter(ended_at=None, field_id__in=mine).count() if mine else 0


def _in_force() -> QuerySet[Answer]:
    rows = Answer.objects.filter(retired_at=None, replaced_by=None).select_related("field", "staff")
    return rows.order_by("-at", "-id")


def _ranked(rows: QuerySet[Answer], asked: str) -> QuerySet[Answer]:
    query = SearchQuery(asked, config="simple", search_type="raw")
    return rows.annotate(vector=_VECTOR).filter(vector=query).order_by(SearchRank(_VECTOR, query).desc(), "-at", "-id")


def _answers(rows: Iterable[Answer]) -> list[AnswerView]:
    listed = list(rows)
    ids = [row.id for row in listed]
    served = dict(
        Question.objects.filter(answer_id__in=ids, state="reused")
        .values_list("answer")
        .annotate(n=Count("id"))
        .order_by()
    )
    after = dict(Answer.objects.filter(replaces_id__in=ids).values_list("replaces_id", "id"))
    return [
        AnswerView(
            row.id,
            row.field_id,
            row.field.name,
            row.title,
            row.text,
            row.staff.name,
            row.at,
            row.true_until,
            row.retired_at,
            row.replaces_id,
            after.get(row.id),
            served.get(row.id, 0),
        )
        for row in listed
    ]


def _asked() -> QuerySet[Question]:
    return Question.objects.select_related("field", "asker", "answer", "work")


def _questions(rows: Iterable[Question], actor: Actor) -> list[QuestionView]:
    mine = fields_of(actor)
    return [
        _view(row, open_to=str(row.asker_id) == actor.id or row.field_id in mine, yours=row.field_id in mine)
        for row in rows
    ]


def _view(row: Question, *, open_to: bool, yours: bool) -> QuestionView:
    return QuestionView(
        id=row.id,
        field=row.field_id,
        field_name=row.field.name,
        text=row.text if open_to else "",
        link=row.link if open_to else "",
        state=row.state,
        why=row.why if open_to else "",
        asker=row.asker_id,
        asker_name=row.asker.name,
        answer=row.answer_id,
        answer_title=row.answer.title if row.answer else "",
        answer_text=row.answer.text if row.answer else "",
        asked_at=row.asked_at,
        due_at=row.work.due_at if row.work and row.ended_at is None else None,
        ended_at=row.ended_at,
        yours=yours and row.ended_at is None,
    )
