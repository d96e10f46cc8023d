"""Asking somebody who knows, answering once, and keeping answers true."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from trustdesk.engine.folding import fold
from trustdesk.experts import queries, rules, telling
from trustdesk.experts.facts import (
    AnswerKept,
    AnswerServed,
    ExpertAnswered,
    ExpertAsked,
    ExpertDeclined,
    FieldKept,
    QuestionHandedOn,
    QuestionWithdrawn,
)
from trustdesk.experts.models import Answer, Field, Question
from trustdesk.experts.refusals import (
    EndedAlready,
    NoSuchAnswer,
    NoSuchField,
    NoSuchQuestion,
    NotYours,
    ReplacedAlready,
)
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as works
from trustdesk.kernel.work.models import WorkItem
from trustdesk.kernel.work.rules.clock import Target

__all__ = [
    "EndedAlready",
    "NoSuchAnswer",
    "NoSuchField",
    "NoSuchQuestion",
    "NotYours",
    "ReplacedAlready",
    "Told",
    "answer",
    "answer_with",
    "archive_field",
    "ask",
    "confirm",
    "decline",
    "hand_on",
    "replace",
    "retire",
    "see",
    "set_field",
    "settled_by",
    "withdraw",
]


@dataclass(frozen=True)
class Told:
    """An answer as somebody wrote it."""

    title: str
    text: str
    true_until: date | None = None


@action(right="experts.manage")
def set_field(
    *,
    actor: Actor,
    name: str,
    team: UUID,
    minutes: int,
    now: datetime,
    about: str = "",
    field_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Make a field of knowledge or change one. Raises NoSuchField, Stale, Invalid (name, team, minutes, about)."""
    name, about, wrong = _line(name), _line(about), {}
    if not 1 <= len(name) <= 80:
        wrong["name"] = "Between 1 and 80 characters."
    if len(about) > 300:
        wrong["about"] = "At most 300 characters."
    if not 1 <= minutes <= 60 * 24 * 30:
        wrong["minutes"] = "Between a minute and 30 days."
    if team not in {one for one, _name in people.teams()}:
        wrong["team"] = "Choose a team from the list."
    if wrong:
        raise Invalid("The field could not be kept.", fields=wrong)
    row = Field.objects.select_for_update().filter(id=field_id).first() if field_id else Field(version=0)
    if row is None:
        raise NoSuchField
    if version is not None and row.version != version:
        raise Stale
    what = "changed" if field_id else "made"
    row.code = row.code or slugify(name, allow_unicode=True)[:50] or "field"
    row.name, row.about, row.team_id, row.minutes = name, about, team, minutes
    row.version, row.archived_at = row.version + 1, None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid("The field could not be kept.", fields={"name": "There is such a field already."}) from None
    record(FieldKept(field=row.id, name=name, what=what), actor=actor, at=now)
    return row.id


@action(right="experts.manage")
def archive_field(*, actor: Actor, field_id: UUID, now: datetime) -> None:
    """Nothing new is asked there; what waits is answered, what was answered is found. Raises NoSuchField."""
    row = Field.objects.filter(id=field_id, archived_at=None).first()
    if row is None:
        raise NoSuchField
    Field.objects.filter(id=field_id).update(archived_at=now)
    record(FieldKept(field=row.id, name=row.name, what="put away"), actor=actor, at=now)


@action(right="experts.ask")
def ask(*, actor: Actor, field: UUID, text: str, now: datetime, about: UUID | None = None, link: str = "") -> UUID:
    """Ask those who know. The work it is about goes on. Raises Invalid (field, text, link)."""
    row, text = _asked(field, text, about, link)
    market = WorkItem.objects.filter(id=about).values_list("market", flat=True).first() if about else ""
    _make_queue(now)
    work_id = work.open_work(
        actor=actor,
        kind=rules.KIND,
        queue=rules.QUEUE,
        lane=rules.LANE,
        score=0.0,
        now=now,
        subject_line=row.name,
        market=market or "",
    )
    warn = min(60, row.minutes // 4)
    work.start_clock(
        actor=actor, work_id=work_id, name=rules.CLOCK, target=Target(row.minutes), warn_minutes=warn, now=now
    )
    made = Question.objects.create(
        work_id=work_id, field=row, about_id=about, link=link, text=text, asker_id=UUID(actor.id), asked_at=now
    )
    record(ExpertAsked(question=made.id, about=about, field=row.name, text=text), actor=actor, at=now)
    return made.id


@action(right="experts.ask")
def settled_by(
    *, actor: Actor, answer_id: UUID, text: str, now: datetime, about: UUID | None = None, link: str = ""
) -> UUID:
    """An answer that is there serves: nobody is asked, and it is counted. Raises NoSuchAnswer, Invalid (text, link)."""
    found = _answer(answer_id)
    _field, text = _asked(found.field_id, text, about, link, archived=True)
    made = Question.objects.create(
        field_id=found.field_id,
        about_id=about,
        link=link,
        text=text,
        state="reused",
        asker_id=UUID(actor.id),
        answer=found,
        asked_at=now,
        ended_at=now,
        seen_at=now,
    )
    record(AnswerServed(answer=found.id, question=made.id, about=about, text=text), actor=actor, at=now)
    return made.id


@action(right="experts.answer")
def answer(*, actor: Actor, question_id: UUID, told: Told, now: datetime, today: date) -> UUID:
    """Answer a question, for all. Of two at once one does. Raises NoSuchQuestion, NotYours, EndedAlready, Invalid (title,
    text, true_until)."""
    row = _waiting(actor, question_id)
    made = _kept(actor, told, field=row.field_id, asked=row.text, now=now, today=today)
    _end(row, actor=actor, state="answered", now=now, answer=made)
    record(ExpertAnswered(question=row.id, answer=made.id, title=made.title, text=made.text), actor=actor, at=now)
    return made.id


@action(right="experts.answer")
def answer_with(*, actor: Actor, question_id: UUID, answer_id: UUID, now: datetime) -> None:
    """What was answered before answers this too. Raises NoSuchQuestion, NoSuchAnswer, NotYours, EndedAlready."""
    row, found = _waiting(actor, question_id), _answer(answer_id)
    _end(row, actor=actor, state="answered", now=now, answer=found)
    record(ExpertAnswered(question=row.id, answer=found.id, title=found.title, text=""), actor=actor, at=now)


@action(right="experts.answer")
def decline(*, actor: Actor, question_id: UUID, why: str, now: datetime) -> None:
    """It cannot be answered, and why. Raises NoSuchQuestion, NotYours, EndedAlready, Invalid (why)."""
    row, why = _waiting(actor, question_id), why.replace("\0", "\ufffd").strip()
    if not 1 <= len(why) <= rules.LONGEST_WHY:
        raise Invalid("It could not be kept.", fields={"why": "Say why, in up to 500 characters."})
    _end(row, actor=actor, state="declined", now=now, why=why)
    record(ExpertDeclined(question=row.id, why=why), actor=actor, at=now)


@action(right="experts.answer")
def hand_on(*, actor: Actor, question_id: UUID, field: UUID, now: datetime) -> None:
    """Others know this better; its promise stays as it was. Raises NoSuchQuestion, NotYours, EndedAlready, Invalid (field)."""
    row, to = _waiting(actor, question_id), Field.objects.filter(id=field, archived_at=None).first()
    if to is None or to.id == row.field_id:
        raise Invalid("It could not be handed on.", fields={"field": "Choose another field from the list."})
    Question.objects.filter(id=row.id).update(field=to)
    if row.work_id is not None:
        WorkItem.objects.filter(id=row.work_id).update(subject_line=to.name, changed_at=now)
    record(QuestionHandedOn(question=row.id, field=to.name), actor=actor, at=now)


@action(right="experts.ask")
def withdraw(*, actor: Actor, question_id: UUID, now: datetime) -> None:
    """Who asked needs no answer any more. Raises NoSuchQuestion, EndedAlready."""
    row = _locked(question_id)
    if str(row.asker_id) != actor.id:
        raise NoSuchQuestion
    if row.ended_at is not None:
        raise EndedAlready
    if row.work_id is not None:
        work.cancel(actor=actor, work_id=row.work_id, now=now, reason="withdrawn")
    Question.objects.filter(id=row.id).update(state="withdrawn", ended_at=now, seen_at=now)
    record(QuestionWithdrawn(question=row.id), actor=actor, at=now)


def see(*, actor: Actor, question_id: UUID, now: datetime) -> None:
    """Who asked has read what became of it. Not an action: nothing happened to it."""
    Question.objects.filter(id=question_id, asker_id=UUID(actor.id), ended_at__isnull=False, seen_at=None).update(
        seen_at=now
    )


@action(right="experts.answer")
def confirm(*, actor: Actor, answer_id: UUID, true_until: date | None, now: datetime, today: date) -> None:
    """It still holds, until a new day. Raises NoSuchAnswer, NotYours, ReplacedAlready, Invalid (true_until)."""
    row, until = _mine(actor, answer_id), rules.holds_until(true_until, today)
    if until is None:
        raise Invalid("It could not be kept.", fields={"true_until": "Choose a day within three years."})
    Answer.objects.filter(id=row.id).update(true_until=until)
    record(AnswerKept(answer=row.id, what="confirmed"), actor=actor, at=now)


@action(right="experts.answer")
def replace(*, actor: Actor, answer_id: UUID, told: Told, now: datetime, today: date) -> UUID:
    """Write an answer anew; the one before is kept and no longer found. Raises NoSuchAnswer, NotYours, ReplacedAlready,
    Invalid (title, text, true_until)."""
    row = _mine(actor, answer_id)
    made = _kept(actor, told, field=row.field_id, asked="", now=now, today=today, replaces=row)
    record(AnswerKept(answer=made.id, what="replaced"), actor=actor, at=now)
    return made.id


@action(right="experts.answer")
def retire(*, actor: Actor, answer_id: UUID, now: datetime) -> None:
    """It holds no more, and is no longer found. Raises NoSuchAnswer, NotYours, ReplacedAlready."""
    row = _mine(actor, answer_id)
    Answer.objects.filter(id=row.id).update(retired_at=now)
    record(AnswerKept(answer=row.id, what="retired"), actor=actor, at=now)


def _asked(field: UUID, text: str, about: UUID | None, link: str, *, archived: bool = False) -> tuple[Field, str]:
    row = Field.objects.filter(id=field).first()
    text, wrong = text.replace("\0", "\ufffd").strip(), {}
    if row is None or (row.archived_at is not None and not archived):
        wrong["field"] = "Choose a field from the list."
    if not 1 <= len(text) <= rules.LONGEST_QUESTION:
        wrong["text"] = "Write your question, in up to 4,000 characters."
    if (link and not rules.is_link(link)) or (about and not WorkItem.objects.filter(id=about).exists()):
        wrong["link"] = "Open the page you ask about, and ask from there."
    if wrong or row is None:
        raise Invalid("It could not be asked.", fields=wrong)
    return row, text


def _kept(
    actor: Actor,
    told: Told,
    *,
    field: UUID,
    asked: str,
    now: datetime,
    today: date,
    replaces: Answer | None = None,
) -> Answer:
    title, text = _line(told.title), told.text.replace("\0", "\ufffd").strip()
    until, wrong = rules.holds_until(told.true_until, today), {}
    if not 1 <= len(title) <= rules.LONGEST_TITLE:
        wrong["title"] = "Between 1 and 160 characters."
    if not 1 <= len(text) <= rules.LONGEST_ANSWER:
        wrong["text"] = "Write your answer, in up to 8,000 characters."
    if until is None:
        wrong["true_until"] = "Choose a day within three years."
    if wrong or until is None:
        raise Invalid("It could not be kept.", fields=wrong)
    # What is asked again is asked in the words of the question: by them too it is found, though nobody else reads them.
    words = " ".join(fold(f"{title} {text} {asked}").split())
    if replaces is not None:
        words = " ".join(dict.fromkeys([*words.split(), *replaces.words.split()]))
    try:
        with transaction.atomic():
            return Answer.objects.create(
                field_id=field,
                title=title,
                text=text,
                words=words,
                staff_id=UUID(actor.id),
                at=now,
                true_until=until,
                replaces=replaces,
            )
    except IntegrityError:  # replaces: of two who write it anew, one does
        raise ReplacedAlready from None


def _end(
    row: Question, *, actor: Actor, state: str, now: datetime, answer: Answer | None = None, why: str = ""
) -> None:
    if row.work_id is not None:
        with suppress(Refusal):  # ended by a change of its target
            work.fulfil_clock(actor=actor, work_id=row.work_id, name=rules.CLOCK, now=now)
        work.settle(actor=actor, work_id=row.work_id, now=now)
    seen = now if str(row.asker_id) == actor.id else None
    Question.objects.filter(id=row.id).update(state=state, ended_at=now, answer=answer, why=why, seen_at=seen)
    telling.tell(row.asker_id)


def _locked(question_id: UUID) -> Question:
    row = Question.objects.select_for_update(of=("self",)).filter(id=question_id).first()
    if row is None:
        raise NoSuchQuestion
    return row


def _waiting(actor: Actor, question_id: UUID) -> Question:
    row = _locked(question_id)
    if not queries.answers_in(actor, row.field_id):
        raise NotYours
    if row.ended_at is not None:
        raise EndedAlready
    return row


def _answer(answer_id: UUID) -> Answer:
    row = Answer.objects.filter(id=answer_id, retired_at=None, replaced_by=None).first()
    if row is None:
        raise NoSuchAnswer
    return row


def _mine(actor: Actor, answer_id: UUID) -> Answer:
    row = Answer.objects.select_for_update(of=("self",)).filter(id=answer_id).first()
    if row is None:
        raise NoSuchAnswer
    if not queries.answers_in(actor, row.field_id):
        raise NotYours
    if row.retired_at is not None or Answer.objects.filter(replaces=row).exists():
        raise ReplacedAlready
    return row


def _line(said: str) -> str:
    return " ".join(said.replace("\0", "\ufffd").split())


def _make_queue(now: datetime) -> None:
    if rules.QUEUE not in {one.code for one in works.queues()}:
        # Nothing is dealt from it: who knows answers by name. Its items carry the promise and stand in the lists of work.
        work.set_queue(
            actor=SYSTEM,
            code=rules.QUEUE,
            name="Questions for experts",
            right="experts.answer",
            kinds=[rules.KIND],
            is_open=False,
            now=now,
        )
