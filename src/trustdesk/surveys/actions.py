"""Every verb of surveys: plan, ask when it is time, take an answer, stop, set how people are asked."""

import zlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import actions as post
from trustdesk.post import queries as letters
from trustdesk.support import queries as support
from trustdesk.surveys import links, queries, rules
from trustdesk.surveys.facts import AskingSet, SurveyAnswered, SurveyAsked, SurveyDropped, SurveysStopped
from trustdesk.surveys.models import OptOut, Setup, Survey

__all__ = ["NoSuchSurvey", "SurveyOver", "answer", "ask_due", "heed_wish", "plan", "set_asking", "stop"]
NoSuchSurvey = links.NoSuchSurvey
BATCH = 50


class SurveyOver(Refusal):
    """The time to answer is over. Thank you all the same."""

    code, status = "survey_over", 409


def plan(*, case_id: UUID, now: datetime) -> None:
    """A case was resolved: its requester is to be asked later. Resolved again before that, the wait begins anew; who was
    asked about a case is not asked again. Not an action: the fact that it was resolved is the record."""
    case = support.by_id(case_id)
    if case is None:
        return
    replies = [
        one for one in support.conversation(case.id) if one.direction == "out" and one.staff and not one.automatic
    ]
    planned = {
        "number": case.number,
        "address": case.address.casefold(),
        "language": case.language,
        "staff_id": replies[-1].staff if replies else case.holder,
        "channel": case.channel,
        "category": case.category,
        "market": case.market,
        "queue": case.queue,
        "due_at": now + timedelta(hours=queries.asking().after_hours),
        "state": "planned",
        "why": "",
    }
    row, made = Survey.objects.get_or_create(case_id=case.id, defaults=planned)
    if not made:
        Survey.objects.filter(id=row.id).exclude(state="asked").update(**planned)


def ask_due(*, now: datetime) -> bool:
    """Ask, or say why not, where it is time. Called by the worker, by any number of them at once; true when there is more."""
    due = Survey.objects.filter(state="planned", due_at__lte=now).order_by("due_at", "id")
    waiting = list(due.values_list("id", "case_id")[:BATCH])
    for survey_id, case_id in waiting:
        machine = _machine(case_id)  # reads a file: outside of any transaction
        _ask(actor=SYSTEM, survey_id=survey_id, machine=machine, now=now)
    return len(waiting) == BATCH


def _ask(*, actor: Actor, survey_id: UUID, machine: bool, now: datetime) -> None:
    with transaction.atomic():
        row = Survey.objects.select_for_update(skip_locked=True).filter(id=survey_id, state="planned").first()
        if row is not None and row.due_at <= now:
            _settle(actor=actor, row=row, machine=machine, now=now)


@action(right="-")
def _settle(*, actor: Actor, row: Survey, machine: bool, now: datetime) -> None:
    # Two cases of one requester may fall due in two workers: the second waits here, then sees that the first was asked.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, zlib.crc32(row.address.encode()) - 2**31])
    why = _why_not(row, machine=machine, now=now)
    if why:
        Survey.objects.filter(id=row.id).update(state="dropped", why=why)
        record(SurveyDropped(case=row.case_id, number=row.number, survey=row.id, why=why), actor=actor, at=now)
        return
    Survey.objects.filter(id=row.id).update(state="asked", asked_at=now)
    case = support.views_of([row.case_id])[row.case_id]
    url = links.url_of(row.id)
    post.write_letter(
        actor=actor,
        to=row.address,
        kind="survey",
        languages=[row.language, *(["id"] if row.language.startswith("ms") else [])],
        values={
            "title": case.subject,
            "number": row.number,
            "scores": [(score, f"{url}?score={score}") for score in rules.SCORES],
            "stop": f"{url}/stop",
        },
        about=f"survey:{row.id}",
        now=now,
        reply_to=letters.plain_address("help"),
        cause=row.id,
        unsubscribe=f"{url}/unsubscribe",
    )
    record(SurveyAsked(case=row.case_id, number=row.number, survey=row.id), actor=actor, at=now)


_LOCK = 0x53757276


def _why_not(row: Survey, *, machine: bool, now: datetime) -> str:
    """Why nobody is asked; "" when they are."""
    asking = queries.asking()
    case = support.by_id(row.case_id)
    if not asking.on:
        return "off"
    if case is None or case.merged_into is not None:
        return "merged"
    if not case.ended:
        return "reopened"
    if not row.address:
        return "no_address"
    if now - row.due_at > rules.LONGEST_WAIT:
        return "kept_waiting"
    if machine:
        return "machine"
    if letters.is_suppressed(row.address) or support.came_back(row.case_id):
        return "returned"
    if OptOut.objects.filter(address=row.address).exists():
        return "stopped"
    since = now - timedelta(days=asking.rest_days)
    if Survey.objects.filter(address=row.address, state="asked", asked_at__gt=since).exists():
        return "lately"
    return ""


def _machine(case_id: UUID) -> bool:
    """Did no person write? Whoever a machine may not write back to is not asked either."""
    came = [one for one in support.conversation(case_id) if one.direction == "in"]
    people = [one for one in came if not one.automatic]
    if not came:
        return False  # written down at the desk
    if not people:
        return True
    return people[0].raw is not None and letters.is_quiet(people[0].raw)


@action(right="-")
def answer(*, actor: Actor, survey_id: UUID, score: int, said: str, now: datetime) -> None:
    """What the requester says, by their signed link; they may change it while there is time. Raises NoSuchSurvey,
    SurveyOver, Invalid (score, said)."""
    wrong = {}
    if score not in rules.SCORES:
        wrong["score"] = "Choose 1 to 5."
    said = said.replace("\0", "\ufffd").strip()
    if len(said) > rules.LONGEST_SAID:
        wrong["said"] = "At most 1,000 characters."
    if wrong:
        raise Invalid("Your answer could not be taken.", fields=wrong)
    row = Survey.objects.select_for_update().filter(id=survey_id, state="asked").first()
    if row is None or row.asked_at is None:
        raise NoSuchSurvey
    if now > row.asked_at + rules.ANSWER_WITHIN:
        raise SurveyOver
    again = row.answered_at is not None
    Survey.objects.filter(id=row.id).update(score=score, said=said, answered_at=row.answered_at or now)
    record(
        SurveyAnswered(case=row.case_id, number=row.number, survey=row.id, score=score, said=said, again=again),
        actor=actor,
        at=now,
    )


@action(right="-")
def stop(*, actor: Actor, survey_id: UUID, now: datetime) -> None:
    """Its requester wants to be asked no more; said twice, the first stands. Raises NoSuchSurvey."""
    row = Survey.objects.filter(id=survey_id).first()
    if row is None or not row.address:
        raise NoSuchSurvey
    kept, _made = OptOut.objects.get_or_create(address=row.address, defaults={"at": now})
    record(SurveysStopped(optout=kept.id, address=kept.address), actor=actor, at=now)


def heed_wish(*, addresses: list[str], wanted: bool, now: datetime) -> None:
    """Somebody told the desk whether they want to be asked, at all their addresses. Not an action: the fact that they said so
    is the record."""
    for address in addresses:
        if wanted:
            OptOut.objects.filter(address=address).delete()
        else:
            OptOut.objects.get_or_create(address=address, defaults={"at": now})


@action(right="surveys.manage")
def set_asking(*, actor: Actor, on: bool, after_hours: int, rest_days: int, now: datetime) -> None:
    """Whether, when and how often people are asked; what is planned keeps its time. Raises Invalid."""
    wrong = {}
    if not 0 <= after_hours <= rules.MOST_HOURS:
        wrong["after_hours"] = "0 to 336 hours."
    if not 1 <= rest_days <= rules.MOST_DAYS:
        wrong["rest_days"] = "1 to 365 days."
    if wrong:
        raise Invalid("Something lies out of bounds.", fields=wrong)
    row, _made = Setup.objects.update_or_create(
        one=True, defaults={"on": on, "after_hours": after_hours, "rest_days": rest_days}
    )
    record(AskingSet(setup=row.id, on=on, after_hours=after_hours, rest_days=rest_days), actor=actor, at=now)
