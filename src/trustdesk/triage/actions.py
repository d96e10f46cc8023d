"""Every verb of triage: plan and read, take a suggestion, overrule it, learn what cases usually need."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.signals import queries as signals
from trustdesk.support import actions as cases
from trustdesk.support import queries as support
from trustdesk.triage import queries, rules
from trustdesk.triage.facts import TriageJudged
from trustdesk.triage.models import Habit, Judgement, Reading
from trustdesk.triage.rules import INTENTS, Suggestion

BATCH, MOST_TRIES = 16, 3
_AGAIN = timedelta(minutes=2)
_log = logging.getLogger(__name__)


class NoSuchSuggestion(NotFound):
    """Nothing of this kind is suggested for this case."""

    code = "no_such_suggestion"


def plan(*, case_id: UUID, now: datetime) -> None:
    """A case was opened: it is to be read. Not an action: that it was opened is the record."""
    if support.by_id(case_id) is not None:
        Reading.objects.get_or_create(case_id=case_id, defaults={"due_at": now})


def read_due(*, now: datetime) -> bool:
    """Read what waits, outside of any transaction; any number of workers may. True when there is more at once."""
    due = Reading.objects.filter(state="waiting", due_at__lte=now).order_by("due_at", "id")
    waiting = list(due[:BATCH])
    if not waiting:
        return False
    texts = [_text(row.case_id) for row in waiting]
    try:
        told = iter(signals.questions([text for text in texts if text]))
    except signals.ArtefactRefused:
        _log.exception("the models that read cases are refused")
        return _later(waiting, now)
    for row, text in zip(waiting, texts, strict=True):
        mine = Reading.objects.filter(id=row.id, state="waiting")  # another worker may have read it meanwhile
        if not text:
            mine.update(state="empty", read_at=now)
            continue
        one = next(told)
        mine.update(
            state="read",
            read_at=now,
            language=one.language[:12],
            language_share=one.language_share,
            intent=one.intent if one.intent in INTENTS else "",
            intent_share=one.intent_share,
            urgency=one.urgency,
            hostile=one.hostile,
            versions=one.versions,
        )
    return len(waiting) == BATCH


def _later(rows: list[Reading], now: datetime) -> bool:
    """Tried again, three times in all; a case is never kept from anybody by it."""
    for row in rows:
        mine = Reading.objects.filter(id=row.id, state="waiting", tries=row.tries)
        if row.tries + 1 >= MOST_TRIES:
            mine.update(state="failed", read_at=now, tries=MOST_TRIES)
        else:
            mine.update(tries=F("tries") + 1, due_at=now + _AGAIN)
    return False


def _text(case_id: UUID) -> str:
    """What its requester wrote first, with the subject: never a note."""
    case = support.by_id(case_id)
    first = [one.text for one in support.public_messages(case_id) if one.direction == "in"][:1]
    parts = [case.subject if case else "", *first]
    return "\n".join(part for part in parts if part.strip())[: rules.LONGEST].strip()


@action(right="support.answer")
def choose(*, actor: Actor, case_id: UUID, what: str, value: str, now: datetime) -> bool:
    """Take what is suggested, or something else: the case becomes so, and the choice is kept. Returns whether they agreed.

    Raises NoSuchCase, NoSuchSuggestion, Invalid (value), CaseMergedAway.
    """
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=actor, right="support.answer"):
        raise cases.NoSuchCase
    with transaction.atomic():
        reading = Reading.objects.select_for_update().filter(case_id=case_id, state="read").first()
        offered = queries.offered(reading).get(what) if reading else None
        if reading is None or offered is None:
            raise NoSuchSuggestion
        if value not in queries.choices(what, offered, case):
            raise Invalid(_("That cannot be chosen."), fields={"value": _("Choose one of the list.")})
        with suppress(cases.AlreadySo):
            if what == "priority":
                cases.set_priority(actor=actor, case_id=case_id, priority=value, now=now)
            elif what == "intent":
                cases.sort(actor=actor, case_id=case_id, now=now, intent=value)
            else:
                cases.sort(actor=actor, case_id=case_id, now=now, language=value)
        _keep(reading, offered, value, staff=UUID(actor.id) if actor.kind == "staff" else None, now=now)
    agreed = value == offered.value
    told = TriageJudged(
        case=case_id, number=case.number, what=what, suggested=offered.value, chosen=value, agreed=agreed
    )
    record(told, actor=actor, at=now)
    return agreed


def learn(*, case_id: UUID, chosen: Mapping[str, str], staff: UUID | None, now: datetime) -> None:
    """Somebody sorted the case by themselves: what was suggested is judged by that. Not an action: their own is the record."""
    with transaction.atomic():
        reading = Reading.objects.select_for_update().filter(case_id=case_id, state="read").first()
        if reading is None:
            return
        for what, offered in queries.offered(reading).items():
            if chosen.get(what):
                _keep(reading, offered, chosen[what][:80], staff=staff, now=now)


def _keep(reading: Reading, offered: Suggestion, value: str, *, staff: UUID | None, now: datetime) -> None:
    """The newest choice counts; a fact that comes late changes nothing."""
    kept = {
        "suggested": offered.value,
        "share": offered.share,
        "chosen": value,
        "agreed": value == offered.value,
        "staff_id": staff,
        "at": now,
    }
    row, made = Judgement.objects.get_or_create(reading=reading, what=offered.what, defaults=kept)
    if not made and row.at <= now:
        Judgement.objects.filter(id=row.id).update(**kept)


def note_habit(*, case_id: UUID, kind: str, value: str, now: datetime) -> None:
    """Cases of this intent needed this once more: the intent somebody chose, else one that is sure."""
    case = support.by_id(case_id)
    reading = Reading.objects.filter(case_id=case_id, state="read").first()
    if case is None:
        return
    read = reading.intent if reading and reading.intent_share >= rules.SURE else ""
    intent = case.intent or read
    if not intent:
        return
    with transaction.atomic():
        row, _made = Habit.objects.get_or_create(
            intent=intent[:80], kind=kind, value=value[:80], defaults={"last_at": now}
        )
        Habit.objects.filter(id=row.id).update(times=F("times") + 1, last_at=now)
