"""Changing states and the reasons for being away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Claim
from trustdesk.web import live
from trustdesk.web.models import Seen
from trustdesk.workforce.facts import AuxCodeSet, StateAsked, StateChanged
from trustdesk.workforce.limiting import remove_capacity, set_capacity
from trustdesk.workforce.models import AuxCode, Interval, Presence, lock_first_word, lock_room
from trustdesk.workforce.queries import StateView, in_hand, view
from trustdesk.workforce.rules import AUX, AVAILABLE, OFFLINE, STATES, WRAP_UP, State, judge

__all__ = ["lock_room", "remove_capacity", "set_capacity"]

LOST_AFTER = timedelta(minutes=10)  # no page open and no sign of life from what is held: the person is offline
TOPIC = "workforce.state"  # told to the person's own pages
SHORTEST = timedelta(microseconds=1)


class NoSuchState(Invalid):
    """There is no such state."""


class IllegalChange(Refusal):
    """This state cannot follow the present one."""

    code, status = "illegal_change", 409


class NeedsNote(Invalid):
    """Say in a few words what it is for."""

    code = "needs_note"


class ChangedElsewhere(Stale):
    """You changed your state in another tab meanwhile."""


@action(right="state.set")
def set_state(
    *,
    actor: Actor,
    now: datetime,
    state: str,
    reason: str = "",
    note: str = "",
    at_once: bool = False,
    expected: int | None = None,
) -> StateView:
    """Change one's own state; with something in hand, being away waits until it ends, unless `at_once`.

    `expected` is the number of the interval that the person saw: raises ChangedElsewhere when it is not the one that runs
    any more. Raises IllegalChange, NoSuchState, NeedsNote, NotFound (no such reason).
    """
    return _wish(
        UUID(actor.id),
        by=actor,
        state=state,
        reason=reason,
        note=note,
        at_once=at_once,
        expected=expected,
        now=now,
    )


@action(right="-")
def put_state(
    *, actor: Actor, staff_id: UUID, now: datetime, state: str, reason: str = "", note: str = ""
) -> StateView:
    """Change somebody's state at once, for what happened elsewhere: a break begun, a sign-out, a lost session.
    Raises IllegalChange, NotFound."""
    return _wish(staff_id, by=actor, state=state, reason=reason, note=note, at_once=True, expected=None, now=now)


@action(right="-")
def end_in_hand(*, actor: Actor, staff_id: UUID, now: datetime) -> None:
    """What was in hand is done: make the change that waited for it. Raises NothingAsked."""
    presence = _locked(staff_id, now=now)
    if not presence.asked_state or in_hand(staff_id):
        raise NothingAsked
    _change(presence, state=presence.asked_state, aux=presence.asked_aux, note=presence.asked_note, by=actor, now=now)


class NothingAsked(Refusal):
    """No change waits, or something is still in hand."""


@action(right="-")
def begin_wrap_up(*, actor: Actor, staff_id: UUID, until: datetime, now: datetime, beside: bool = False) -> None:
    """A contact has ended and its notes are written: wrap-up begins by itself, and ends by `until` or by hand. `beside`:
    whatever else is in hand, as after a call. Raises NothingAsked (something else is in hand or asked for, or they are not
    available)."""
    presence = _locked(staff_id, now=now)
    if presence.state != AVAILABLE or presence.asked_state or (in_hand(staff_id) and not beside):
        raise NothingAsked
    _change(presence, state=WRAP_UP, aux=None, note="", by=actor, now=now, until=until)


def end_wrap_ups(*, now: datetime, limit: int = 200) -> int:
    """Make those available again whose wrap-up has lasted long enough. The worker calls it; how many."""
    due = list(Presence.objects.filter(until__lte=now).values_list("staff_id", "number")[:limit])
    ended = 0
    for staff_id, number in due:
        try:
            _end_wrap_up(actor=SYSTEM, staff_id=staff_id, number=number, now=now)
            ended += 1
        except ChangedElsewhere:
            continue  # they ended it by hand at this moment
    return ended


@action(right="-")
def _end_wrap_up(*, actor: Actor, staff_id: UUID, number: int, now: datetime) -> None:
    presence = _locked(staff_id, now=now)
    if presence.number != number or presence.state != WRAP_UP:
        raise ChangedElsewhere
    _change(presence, state=AVAILABLE, aux=None, note="", by=actor, now=now)


def go_offline_lost(*, now: datetime) -> int:
    """Set those offline who have had no page open for ten minutes and whose claims show no sign of life. How many."""
    since = now - LOST_AFTER
    seen = Seen.objects.filter(staff_id=OuterRef("staff_id"), at__gt=since)
    beating = Claim.objects.filter(staff_id=OuterRef("staff_id"), ended_at=None, heartbeat_at__gt=since)
    lost = Presence.objects.filter(~Exists(seen), ~Exists(beating), since__lte=since, number__gt=0)
    found = list(lost.exclude(state=OFFLINE).values_list("staff_id", flat=True)[:200])
    gone = 0
    for staff_id in found:
        try:
            put_state(actor=SYSTEM, staff_id=staff_id, state=OFFLINE, now=now)
            gone += 1
        except IllegalChange:
            continue  # they signed out meanwhile
    return gone


@action(right="workforce.manage")
def set_aux_code(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    labels: Mapping[str, str],
    paid: bool,
    productive: bool,
    longest_minutes: int | None,
    needs_note: bool,
    place: int,
    retired: bool = False,
) -> UUID:
    """Add a reason for being away, or change the one of this code. Raises Invalid (nothing changed, the last one)."""
    said = {language: words.strip() for language, words in labels.items() if words.strip()}
    if not said.get("en"):
        raise Invalid(fields={"label_en": "A reason needs a name."})
    values = {
        "labels": said,
        "paid": paid,
        "productive": productive,
        "longest_minutes": longest_minutes,
        "needs_note": needs_note,
        "place": place,
    }
    row = AuxCode.objects.select_for_update().filter(code=code).first()
    if row is None:
        try:
            with transaction.atomic():
                row = AuxCode.objects.create(code=code, retired_at=now if retired else None, **values)
        except IntegrityError:
            raise Stale from None
        what = "added"
    else:
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if retired != (row.retired_at is not None):
            changed.append("retired" if retired else "in use again")
        if not changed:
            raise Invalid("Nothing was changed.")
        if retired and not AuxCode.objects.filter(retired_at=None).exclude(id=row.id).exists():
            raise Invalid("One reason for being away has to stay.")
        AuxCode.objects.filter(id=row.id).update(**values, retired_at=(row.retired_at or now) if retired else None)
        what = ", ".join(changed)
    record(AuxCodeSet(aux_code=row.id, code=code, what=what), actor=actor, at=now)
    return row.id


def _wish(
    staff_id: UUID, *, by: Actor, state: str, reason: str, note: str, at_once: bool, expected: int | None, now: datetime
) -> StateView:
    if state not in STATES:
        raise NoSuchState
    aux = _reason(reason) if state == AUX else None
    note = note.strip()[:200] if aux is not None else ""
    if aux is not None and aux.needs_note and not note and by is not SYSTEM:
        raise NeedsNote(fields={"note": "Say in a few words what it is for."})
    presence = _locked(staff_id, now=now)
    if expected is not None and expected != presence.number:
        raise ChangedElsewhere
    asked: State = state
    # Who never said counts as available, and may say so.
    if presence.number or asked != AVAILABLE:
        present: State = presence.state  # type: ignore[assignment]  # a constraint holds it
        judged = judge(
            now=present,
            asked=asked,
            reason=presence.aux.code if presence.aux else "",
            asked_reason=reason,
            in_hand=in_hand(staff_id),
            at_once=at_once,
        )
        if judged.when == "never" and presence.asked_state and asked == AVAILABLE:
            return _ask(presence, state="", aux=None, note="", by=by, now=now)
        if judged.when == "never":
            raise IllegalChange(judged.why)
        if judged.when == "later":
            return _ask(presence, state=asked, aux=aux, note=note, by=by, now=now)
    return _change(presence, state=asked, aux=aux, note=note, by=by, now=now)


def _reason(code: str) -> AuxCode:
    found = AuxCode.objects.filter(code=code, retired_at=None).first()
    if found is None:
        raise NotFound("There is no such reason for being away.")
    return found


def _locked(staff_id: UUID, *, now: datetime) -> Presence:
    """The person's row, locked: made when they never said anything."""
    rows = Presence.objects.select_related("aux", "asked_aux").select_for_update(of=("self",))
    found = rows.filter(staff_id=staff_id).first()
    if found is None:
        # Two tabs at once, or a claim: the second waits here for the first to commit, and then inserts nothing.
        lock_first_word(staff_id)
        Presence.objects.bulk_create([Presence(staff_id=staff_id, since=now)], ignore_conflicts=True)
        found = rows.get(staff_id=staff_id)
    return found


def _ask(presence: Presence, *, state: str, aux: AuxCode | None, note: str, by: Actor, now: datetime) -> StateView:
    if (presence.asked_state, presence.asked_aux) == (state, aux):
        raise IllegalChange("You asked for that already. It happens when the item in your hands is done.")
    presence.asked_state, presence.asked_aux, presence.asked_note = state, aux, note
    presence.save(update_fields=["asked_state", "asked_aux", "asked_note"])
    if state:
        _leave_the_next(presence, now=now)
    record(
        StateAsked(staff=presence.staff_id, state=state, reason=aux.code if aux else "", note=note), actor=by, at=now
    )
    return _told(presence)


def _change(
    presence: Presence,
    *,
    state: str,
    aux: AuxCode | None,
    note: str,
    by: Actor,
    now: datetime,
    until: datetime | None = None,
) -> StateView:
    before, reason_before, number = presence.state, presence.aux.code if presence.aux else "", presence.number
    # Clocks of two processes differ: an interval never ends before it began.
    at = max(now, presence.since + SHORTEST) if number else now
    lasted = (at - presence.since).total_seconds() if number else 0.0
    if number:
        Interval.objects.filter(presence=presence, ended_at=None).update(ended_at=at)
    Interval.objects.create(
        presence=presence,
        number=number + 1,
        state=state,
        aux=aux,
        note=note,
        by=by.label,
        began_at=at,
        follows_at=at if number else None,
    )
    presence.number, presence.state, presence.aux, presence.note, presence.since = number + 1, state, aux, note, at
    presence.asked_state, presence.asked_aux, presence.asked_note = "", None, ""
    presence.until = until
    presence.save()
    if state != AVAILABLE:
        _leave_the_next(presence, now=now)
    record(
        StateChanged(
            staff=presence.staff_id,
            number=presence.number,
            state=state,
            reason=aux.code if aux else "",
            note=note,
            before=before,
            reason_before=reason_before,
            lasted=lasted,
        ),
        actor=by,
        at=now,
    )
    return _told(presence)


def _leave_the_next(presence: Presence, *, now: datetime) -> None:
    """What was dealt ahead and not seen goes back to the others."""
    work.release_ahead(actor=Actor(kind="staff", id=str(presence.staff_id)), now=now)


def _told(presence: Presence) -> StateView:
    live.tell(TOPIC, {"number": presence.number, "asked": presence.asked_state}, to=presence.staff_id)
    return view(presence)
