"""Calling somebody back: asked for or after a missed call, dealt as other work, tried at most three times."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trustdesk.calls import rules
from trustdesk.calls.facts import CallBackAsked, CallBackEnded, CallBackTried
from trustdesk.calls.models import Attempt, Call, CallBack
from trustdesk.calls.refusals import AskedAlready, NoSuchCallBack
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as works
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.support import actions as cases
from trustdesk.support import queries as support


@action(right="support.answer")
def ask_back(
    *,
    actor: Actor,
    case_id: UUID,
    number: str,
    now: datetime,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    wish: str = "",
    missed: bool = False,
) -> UUID:
    """Somebody is to be called back about a case, in the wanted time or in the next four hours of their day. Raises
    NoSuchCase, AskedAlready (one waits for this case and number), Invalid (number, from_at, wish)."""
    case = support.by_id(support.successor_of(case_id))
    if case is None or not support.may_see(case, actor=actor, right="support.answer"):
        raise cases.NoSuchCase
    market = people.markets().get(case.market)
    zone = market.time_zone if market else "UTC"
    found = rules.number_of(number, case.market if rules.is_region(case.market) else "")
    wanted, wish = rules.window(from_at, until_at, zone=zone, now=now), " ".join(wish.replace("\0", "\ufffd").split())
    wrong = {}
    if not found.e164:
        wrong["number"] = "This is no telephone number. Begin with + and the country."
    if wanted is None:
        wrong["from_at"] = "Choose a time that lies ahead, within 30 days."
    if len(wish) > rules.LONGEST_WISH:
        wrong["wish"] = "At most 500 characters."
    if wrong or wanted is None:
        raise Invalid("Something in what was sent needs mending.", fields=wrong)
    begins, ends = wanted
    _make_queue(now)
    try:
        with transaction.atomic():
            work_id = work.open_work(
                actor=actor,
                kind=rules.BACK_KIND,
                queue=rules.BACK_QUEUE,
                lane=rules.BACK_LANE,
                score=0.0,
                now=now,
                subject_line=case.subject or found.shown,
                category=case.category,
                language=case.language,
                market=case.market,
            )
            row = CallBack(
                work_id=work_id,
                case_id=case.id,
                number=found.e164,
                wish=wish,
                zone=zone,
                from_at=begins,
                until_at=ends,
                missed=missed,
                asked_at=now,
            )
            row.save(force_insert=True)
    except IntegrityError:  # callback_one_open: of two who ask at once, one does
        raise AskedAlready from None
    minutes = max(1, round((ends - now).total_seconds() / 60))
    work.start_clock(actor=actor, work_id=work_id, name=rules.BACK_CLOCK, target=Target(minutes), now=now)
    if begins > now:
        work.rest(actor=actor, work_id=work_id, until=begins, now=now, reason="wanted later")
    record(CallBackAsked(case=case.id, callback=row.id, number=row.number, missed=missed), actor=actor, at=now)
    return row.id


@action(right="support.answer")
def take_next_back(*, actor: Actor, now: datetime) -> UUID:
    """Take the next call-back this person may make. Raises NothingWaiting."""
    _make_queue(now)
    claimed = work.claim_next(actor=actor, now=now, queues=[rules.BACK_QUEUE], kind=rules.BACK_KIND)
    return CallBack.objects.values_list("id", flat=True).get(work_id=claimed.work)


@action(right="support.answer")
def take_back(*, actor: Actor, callback_id: UUID, now: datetime) -> None:
    """Take one of the list. Raises NoSuchCallBack, AlreadyClaimed, BarredFrom, NotWaiting."""
    row = _locked(callback_id, actor)
    with suppress(work.NotWaiting), transaction.atomic():  # who takes it before its time wants it so
        work.wake(actor=actor, work_id=row.work_id, now=now)
    work.claim_this(actor=actor, work_id=row.work_id, now=now)


@action(right="support.answer")
def leave_back(*, actor: Actor, callback_id: UUID, now: datetime) -> None:
    """Give it back for anyone else. Raises NoSuchCallBack, ClaimLost."""
    work.release(actor=actor, work_id=_locked(callback_id, actor).work_id, now=now)


@action(right="support.answer")
def tried_back(*, actor: Actor, callback_id: UUID, outcome: str, now: datetime, note: str = "") -> str:
    """What came of a try of whoever has it in hand; the case is told. Returns the state: waiting (it comes again two hours
    later, by day), reached or given_up. Raises NoSuchCallBack, ClaimLost, Invalid (outcome, note)."""
    row = _locked(callback_id, actor)
    note = note.replace("\0", "\ufffd").strip()
    wrong = {} if outcome in rules.OUTCOMES else {"outcome": "Choose one from the list."}
    if len(note) > rules.LONGEST_BACK_NOTE:
        wrong["note"] = "At most 2,000 characters."
    if wrong:
        raise Invalid("Something in what was sent needs mending.", fields=wrong)
    tries = row.tries + 1
    state = rules.after_try(outcome, tries)
    if state == "waiting":
        again = rules.awake(now + rules.REST_BETWEEN, row.zone)
        work.hold(actor=actor, work_id=row.work_id, until=again, now=now, reason=outcome)
    else:
        if outcome == "reached":
            with suppress(Refusal), transaction.atomic():  # ended by a change of its target: reached all the same
                work.fulfil_clock(actor=actor, work_id=row.work_id, name=rules.BACK_CLOCK, now=now)
        work.complete(actor=actor, work_id=row.work_id, now=now)
    staff = UUID(actor.id)
    Attempt.objects.create(
        callback=row, number=tries, staff_id=staff, call=_call_of(row, staff, now), outcome=outcome, note=note, at=now
    )
    CallBack.objects.filter(id=row.id).update(tries=tries, state=state, ended_at=None if state == "waiting" else now)
    told = CallBackTried(case=row.case_id, callback=row.id, tries=tries, outcome=outcome, note=note)
    record(told, actor=actor, at=now)
    if state != "waiting":
        record(CallBackEnded(case=row.case_id, callback=row.id, state=state), actor=actor, at=now)
    _tell_case(row, actor=actor, outcome=outcome, tries=tries, state=state, note=note, now=now)
    return state


@action(right="support.answer")
def cancel_back(*, actor: Actor, callback_id: UUID, why: str, now: datetime) -> None:
    """Nobody is to call back; the case is told why. Raises NoSuchCallBack, AlreadyClaimed (a colleague has it in hand),
    Invalid (why)."""
    row, why = _locked(callback_id, actor), " ".join(why.replace("\0", "\ufffd").split())
    if not 1 <= len(why) <= rules.LONGEST_WISH:
        raise Invalid("Something in what was sent needs mending.", fields={"why": "Say why, in up to 500 characters."})
    holder = row.work.holder_id if row.work.state == "claimed" else None
    if holder is not None and str(holder) != actor.id:
        raise work.AlreadyClaimed
    _end(row, actor=actor, state="cancelled", now=now)
    text = _("The call-back is not needed: %(why)s") % {"why": why}
    cases.note(actor=actor, case_id=support.successor_of(row.case_id), text=text, now=now)


def settle_number(*, number: str, now: datetime) -> None:
    """They called again and were spoken with: nobody needs to call them back. Part of the caller's action."""
    _settle(CallBack.objects.filter(number=number, ended_at=None), now=now)


def settle_case(*, case_id: UUID, now: datetime) -> None:
    """The case is resolved: nobody needs to be called back about it."""
    _settle(CallBack.objects.filter(Q(case_id=case_id) | Q(case__merged_into=case_id), ended_at=None), now=now)


def _settle(rows: QuerySet[CallBack], *, now: datetime) -> None:
    for callback_id in list(rows.values_list("id", flat=True)):
        with suppress(NoSuchCallBack):
            _settle_one(actor=SYSTEM, callback_id=callback_id, now=now)


@action(right="-")
def _settle_one(*, actor: Actor, callback_id: UUID, now: datetime) -> None:
    _end(_locked(callback_id, actor), actor=actor, state="settled", now=now)


def _end(row: CallBack, *, actor: Actor, state: str, now: datetime) -> None:
    with suppress(work.NotWaiting), transaction.atomic():
        work.cancel(actor=actor, work_id=row.work_id, now=now, reason=state)
    CallBack.objects.filter(id=row.id).update(state=state, ended_at=now)
    record(CallBackEnded(case=row.case_id, callback=row.id, state=state), actor=actor, at=now)


def _tell_case(row: CallBack, *, actor: Actor, outcome: str, tries: int, state: str, note: str, now: datetime) -> None:
    case_id = support.successor_of(row.case_id)
    if outcome == "reached":
        with suppress(Refusal), transaction.atomic():  # closed meanwhile
            cases.talked(actor=actor, case_id=case_id, now=now)
        said = _("Called back: reached.")
    elif outcome == "wrong_number":
        said = _("Called back: a wrong number. It is not tried again.")
    elif state == "given_up":
        said = _("Called back %(tries)s times without reaching them. It is not tried again.") % {"tries": tries}
    else:
        said = _("Called back: not reached (try %(tries)s of %(most)s).") % {"tries": tries, "most": rules.MOST_TRIES}
    cases.note(actor=actor, case_id=case_id, text=f"{said} {note}".strip(), now=now)


def _call_of(row: CallBack, staff: UUID, now: datetime) -> Call | None:
    """The call that this try was: the last of this person to that number since they took it in hand."""
    since = now - rules.TALKS_AT_MOST
    called = Call.objects.filter(number=row.number, direction="out", staff_id=staff, began_at__gte=since)
    return (
        called.exclude(id__in=Attempt.objects.filter(call__isnull=False).values("call")).order_by("-began_at").first()
    )


def _locked(callback_id: UUID, actor: Actor) -> CallBack:
    row = (
        CallBack.objects.select_for_update(of=("self",))
        .select_related("work")
        .filter(id=callback_id, ended_at=None)
        .first()
    )
    case = support.by_id(support.successor_of(row.case_id)) if row else None
    if row is None or case is None or not support.may_see(case, actor=actor, right="support.answer"):
        raise NoSuchCallBack
    return row


def _make_queue(now: datetime) -> None:
    if rules.BACK_QUEUE not in {one.code for one in works.queues()}:
        work.set_queue(
            actor=SYSTEM,
            code=rules.BACK_QUEUE,
            name="Call-backs",
            right="support.answer",
            kinds=[rules.BACK_KIND],
            lease_seconds=3600,  # who talks for long, or writes down what was said, keeps it
            now=now,
        )
