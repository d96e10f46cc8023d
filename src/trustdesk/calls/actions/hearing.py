"""What the exchange tells of calls: merged into the one call it is about, once, in whatever order it comes."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.calls import queries, rules, telling
from trustdesk.calls.actions.backing import ask_back, settle_number
from trustdesk.calls.facts import CallGivenUp, CallHeard
from trustdesk.calls.models import Call, Extension, Heard, Line
from trustdesk.calls.refusals import AskedAlready, NoSuchLine, OtherBody
from trustdesk.calls.rules import Course, Number
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.support import actions as cases
from trustdesk.support import queries as support
from trustdesk.workforce import actions as workforce
from trustdesk.workforce import queries as states

_NUMBER = 7_305  # names the lock of one caller's number among the advisory ones


@dataclass(frozen=True)
class Event:
    """One thing the exchange told. `number` is the other side's, as it was told; `at` when it happened."""

    type: str
    call: str
    direction: str = "in"
    number: str = ""
    extension: str = ""
    recording: str = ""
    at: datetime | None = None
    wanted_from: datetime | None = None
    wanted_until: datetime | None = None


def hear(
    *, actor: Actor, line_id: UUID, webhook_id: str, body_hash: str, event: Event, now: datetime
) -> dict[str, Any]:
    """Take in what was signed. Told again under the same `webhook_id` it is the same event: the same answer, and nothing
    happens. Returns {"call", "state", "case"}. Raises NoSuchLine, OtherBody."""
    actor.require("support.write")
    with transaction.atomic():
        mine = Heard(line_id=line_id, webhook_id=webhook_id, body_hash=body_hash, at=now)
        # Of two deliveries at once the second waits here until the first has committed, and then inserts nothing.
        Heard.objects.bulk_create([mine], ignore_conflicts=True)
        kept = Heard.objects.get(line_id=line_id, webhook_id=webhook_id)
        if kept.id != mine.id:
            if kept.body_hash != body_hash:
                raise OtherBody
            return {name: kept.answer[name] for name in ("call", "state", "case")}
        answer = _take_in(actor=actor, line_id=line_id, event=event, now=now)
        Heard.objects.filter(id=mine.id).update(answer=answer)
        return answer


@action(right="-")
def _take_in(*, actor: Actor, line_id: UUID, event: Event, now: datetime) -> dict[str, Any]:
    line = Line.objects.filter(id=line_id, archived_at=None).first()
    if line is None:
        raise NoSuchLine
    at = rules.moment(event.at, now)
    row = _call(line, event, at=at, now=now)
    before = (row.state, row.staff_id)
    number = rules.number_of(event.number, line.region)
    if event.type == "callback_requested" and not (number.e164 or row.number):
        raise Invalid(fields={"number": "Whom we are to call back: a telephone number."})
    row.number, row.said_number = row.number or number.e164, row.said_number or ("" if number.e164 else number.shown)
    known = Course(row.began_at, row.answered_at, row.missed_at, row.hung_at)
    course = rules.hear(known, event.type, at)
    for name, value in asdict(course).items():
        setattr(row, name, value)
    row.state, row.ended_at, row.heard_at = course.state, course.ended_at, now
    if event.recording:
        row.recording = event.recording
    _whose(row, event, at=at)
    if row.case_id is None:
        row.case_id = _case(row, line, now=now)
    if row.answered_at is not None and known.answered_at is None and row.case_id is not None:
        _answered(row, row.case_id, now=now)
    row.save()
    record(
        CallHeard(
            call=row.id,
            case=row.case_id,
            line=line.id,
            event=event.type,
            state=row.state,
            direction=row.direction,
            number=row.number,
            staff=row.staff_id,
        ),
        actor=actor,
        at=now,
    )
    _after(row, before, now=now)
    if event.type == "callback_requested" and row.case_id:
        _ask_back(row, row.case_id, now=now, from_at=event.wanted_from, until_at=event.wanted_until)
    case = support.by_id(row.case_id) if row.case_id else None
    return {"call": str(row.id), "state": row.state, "case": case.number if case else None}


def _call(line: Line, event: Event, *, at: datetime, now: datetime) -> Call:
    """The call of this name, made when it was not told of before, locked."""
    made = Call(
        line=line,
        external_id=event.call,
        direction=event.direction,
        state="ringing",
        market=line.market,
        queue=line.queue or "cases",
        began_at=at,
        heard_at=now,
    )
    Call.objects.bulk_create([made], ignore_conflicts=True)
    return Call.objects.select_for_update(of=("self",)).get(line=line, external_id=event.call)


def _whose(row: Call, event: Event, *, at: datetime) -> None:
    """Whose telephone it is: the last that answered, until then the last that rang. Where they stood is kept as it was."""
    if not event.extension or event.type not in {"ringing", "answered"}:
        return
    first_answer = event.type == "answered" and row.answered_at == at
    if event.type == "ringing" and row.answered_at is not None and row.staff_at is not None:
        return
    if not first_answer and row.staff_at is not None and at < row.staff_at:
        return
    found = Extension.objects.filter(line=row.line, number=event.extension).first()
    row.extension, row.staff_at = event.extension, at
    if found is None:
        row.staff_id, row.standing = None, ""
    elif row.staff_id != found.staff_id or not row.standing:
        state = states.states_of([found.staff_id])[found.staff_id]
        row.staff_id, row.standing = found.staff_id, f"{state.state}:{state.reason}" if state.reason else state.state


def _case(row: Call, line: Line, *, now: datetime) -> UUID | None:
    """The case of this caller that goes on, told that they called again; else a new one. A call of the desk's own belongs to
    a case only where there is one."""
    if row.number:
        # Of two first calls of one number at once, the second finds the case of the first.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_NUMBER, row.number])
        found = queries.case_of_number(row.number, market=line.market, days=line.continue_days, now=now)
        if row.direction == "out":
            return found
        if found is not None:
            text = _said(row, line)
            name = f"call:{row.id}"
            took = cases.receive(
                actor=SYSTEM,
                case_id=found,
                text=text,
                channel=rules.CHANNEL,
                external_id=name,
                at=row.began_at,
                now=now,
            )
            return took.case
    if row.direction == "out":
        return None
    opened = cases.open_case(
        actor=SYSTEM,
        channel=rules.CHANNEL,
        text=_said(row, line),
        name=_caller(row).shown,
        language=line.language,
        market=line.market,
        category=line.category,
        queue=line.queue,
        external_id=f"call:{row.id}",
        at=row.began_at,
        now=now,
    )
    return opened.id


def _caller(row: Call) -> Number:
    return Number(row.number, rules.shown(row.number) if row.number else row.said_number)


def _said(row: Call, line: Line) -> str:
    caller = _caller(row).shown
    with override("id" if line.language[:2] in {"id", "ms"} else "en"):
        told = {"caller": caller, "line": line.name}
        if not caller:
            return _("Call from a withheld number, on the line %(line)s.") % told
        return _("Call from %(caller)s, on the line %(line)s.") % told


def _answered(row: Call, case_id: UUID, *, now: datetime) -> None:
    """Somebody talks with the caller: the case is answered, and in their hands where they may have it."""
    who = people.actor_by_id(row.staff_id) if row.staff_id else None
    by = who if who is not None and who.may("support.answer") else SYSTEM
    for speaker in dict.fromkeys([by, SYSTEM]):
        try:
            with transaction.atomic():
                cases.talked(actor=speaker, case_id=support.successor_of(case_id), at=row.answered_at, now=now)
            break
        except Refusal:  # not theirs to answer, or closed meanwhile: the call is told all the same
            continue
    if by is not SYSTEM and row.state == "answered":
        with suppress(Refusal), transaction.atomic():  # away, no room, in a colleague's hands: then it is not theirs
            cases.take(actor=by, case_id=support.successor_of(case_id), now=now)


def _after(row: Call, before: tuple[str, UUID | None], *, now: datetime) -> None:
    """Who is on the phone is dealt nothing more from here on; who was, has their wrap-up; open pages are told."""
    state, staff = before
    if row.state == "answered" and row.staff_id is not None and (state, staff) != ("answered", row.staff_id):
        workforce.lock_room(
            row.staff_id
        )  # of a claim at this moment, one is first: it counts this call, or was before it
    if state == "answered" and staff is not None and (row.state != "answered" or row.staff_id != staff):
        _wrap_up(staff, now=now)
    for one in {staff, row.staff_id}:
        if one is not None:
            telling.tell_pop(one)
    if row.direction == "in" and row.number and row.state != state:
        _back(row, row.case_id, now=now)


def _back(row: Call, case_id: UUID | None, *, now: datetime) -> None:
    """Who was not answered is called back; who is spoken with now need not be."""
    if row.answered_at is not None:
        settle_number(number=row.number, now=now)
    elif row.state in {"ended", "missed"} and case_id is not None:
        _ask_back(row, case_id, now=now, missed=True)


def _ask_back(
    row: Call,
    case_id: UUID,
    *,
    now: datetime,
    missed: bool = False,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> None:
    with suppress(AskedAlready):
        ask_back(
            actor=SYSTEM,
            case_id=case_id,
            number=row.number,
            now=now,
            missed=missed,
            from_at=from_at,
            until_at=until_at,
        )


def _wrap_up(staff: UUID, *, now: datetime) -> None:
    seconds = states.wrap_up_after(staff, rules.CHANNEL)
    if seconds and not queries.on_phone([staff])[staff, rules.CHANNEL]:
        with suppress(Refusal), transaction.atomic():  # they are away by now, or asked to be
            until = now + timedelta(seconds=seconds)
            workforce.begin_wrap_up(actor=SYSTEM, staff_id=staff, until=until, beside=True, now=now)


def give_up_lost(*, now: datetime, limit: int = 100) -> bool:
    """End calls of which the exchange told no end: who was rung is not rung for ever, who talked is free again. The worker
    calls it; True when there may be more."""
    ringing = Call.objects.filter(state="ringing", heard_at__lt=now - rules.RINGS_AT_MOST)
    talking = Call.objects.filter(state="answered", heard_at__lt=now - rules.TALKS_AT_MOST)
    due = [*ringing.values_list("id", flat=True)[:limit], *talking.values_list("id", flat=True)[:limit]]
    for call_id in due:
        with suppress(_Moved):
            _give_up(actor=SYSTEM, call_id=call_id, now=now)
    return len(due) >= limit


class _Moved(Refusal):
    """The exchange told its end at this moment."""


@action(right="-")
def _give_up(*, actor: Actor, call_id: UUID, now: datetime) -> None:
    row = Call.objects.select_for_update(of=("self",)).get(id=call_id)
    most = {"ringing": rules.RINGS_AT_MOST, "answered": rules.TALKS_AT_MOST}.get(row.state)
    if most is None or row.heard_at >= now - most:
        raise _Moved
    before = (row.state, row.staff_id)
    told = "missed" if row.state == "ringing" else "ended"
    course = rules.hear(Course(row.began_at, row.answered_at, row.missed_at, row.hung_at), told, now)
    row.missed_at, row.hung_at, row.state, row.ended_at = (
        course.missed_at,
        course.hung_at,
        course.state,
        course.ended_at,
    )
    row.save()
    record(CallGivenUp(call=row.id, state=row.state), actor=actor, at=now)
    _after(row, before, now=now)


def forget_heard(*, now: datetime) -> None:
    """Forget webhook-ids of last week: a signature lives for five minutes. The worker calls it."""
    Heard.objects.filter(at__lt=now - rules.HEARD_FOR).delete()
