"""One note or reply to all cases of a problem: begun by a person, written by the worker one case after the other.

A case's turn and what was written there commit together. So a lost worker has either done a turn or not, and another one goes
on; whoever was written to under an address is not written to again in the same telling.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.problems import queries, rules
from trustdesk.problems.actions.keeping import held, touch
from trustdesk.problems.facts import CaseTold, TellingBegun, TellingStopped
from trustdesk.problems.models import Problem, Telling, Turn
from trustdesk.problems.refusals import StillTelling, TellingOver
from trustdesk.support import actions as support_actions
from trustdesk.support import queries as support

_BATCH = 20  # turns of one telling in one round of the loop


@action(right="problems.tell")
def tell(*, actor: Actor, problem_id: UUID, kind: str, text: str, now: datetime) -> UUID:
    """Begin to write a note in, or a reply to, all cases of the problem that go on. Raises NoSuchProblem, StillTelling,
    Invalid (kind, text)."""
    row = held(problem_id)
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    wrong: dict[str, str] = {}
    if kind not in rules.KINDS:
        wrong["kind"] = "Choose a note or a reply."
    if not text:
        wrong["text"] = "Write what they are told."
    elif len(text) > rules.LONGEST_SAID:
        wrong["text"] = "At most 8,000 characters."
    ids = queries.case_ids(row.id)
    if not ids:
        wrong["text"] = "No case is linked yet."
    if actor.kind != "staff":
        wrong["kind"] = "A person tells them."
    if wrong:
        raise Invalid("Nobody was told.", fields=wrong)
    if Telling.objects.filter(problem=row, running=True).exists():
        raise StillTelling
    made = Telling.objects.create(problem=row, kind=kind, text=text, staff_id=UUID(actor.id), made_at=now)
    _add(made, ids)
    touch(row, now=now)
    told = TellingBegun(problem=row.id, number=row.number, telling=made.id, what=kind, text=text, cases=len(ids))
    record(told, actor=actor, at=now)
    return made.id


@action(right="problems.tell")
def go_on(*, actor: Actor, telling_id: UUID, now: datetime) -> int:
    """Tell those whose cases were linked since the same, as who goes on; nobody is told twice. Raises NotFound, StillTelling,
    Invalid (nobody new)."""
    found = Telling.objects.filter(id=telling_id).first()
    if found is None:
        raise NotFound("There is no such note to all.")
    row = held(found.problem_id)
    if Telling.objects.filter(problem=row, running=True).exists():
        raise StillTelling
    ids = list(queries.untold(found).values_list("case_id", flat=True))
    if not ids or actor.kind != "staff":
        raise Invalid("Everybody was told already.")
    _add(found, ids)
    Telling.objects.filter(id=found.id).update(running=True, ended_at=None, staff_id=UUID(actor.id))
    told = TellingBegun(
        problem=row.id, number=row.number, telling=found.id, what=found.kind, text=found.text, cases=len(ids)
    )
    record(told, actor=actor, at=now)
    return len(ids)


@action(right="problems.tell")
def stop(*, actor: Actor, telling_id: UUID, now: datetime) -> int:
    """Tell nobody further. One's own replies that have not left are taken back; returns how many. Raises NotFound,
    TellingOver."""
    found = Telling.objects.select_for_update().filter(id=telling_id).first()
    if found is None:
        raise NotFound("There is no such note to all.")
    waiting = Turn.objects.filter(telling=found, state="waiting").update(state="stopped", at=now)
    taken = 0
    if found.kind == "reply" and str(found.staff_id) == actor.id:
        for turn in Turn.objects.filter(telling=found, state="done", at__gt=now - support.UNDO_WINDOW):
            taken += _take_back(turn, actor=actor, now=now)
    if not waiting and not taken and not found.running:
        raise TellingOver
    Telling.objects.filter(id=found.id).update(running=False, ended_at=found.ended_at or now)
    problem = Problem.objects.get(id=found.problem_id)
    told = TellingStopped(problem=problem.id, number=problem.number, telling=found.id, taken_back=taken)
    record(told, actor=actor, at=now)
    return taken


def tell_due(*, now: datetime) -> bool:
    """Give the next cases of running tellings their turn. The worker calls it; True while there is more."""
    more = False
    for telling_id in list(Telling.objects.filter(running=True).order_by("id").values_list("id", flat=True)[:10]):
        for _ in range(_BATCH):
            if not _next(telling_id, now=now):
                break
        else:
            more = True
    return more


def _next(telling_id: UUID, *, now: datetime) -> bool:
    """One turn, in one transaction; False when there is none, or another worker is at it."""
    with transaction.atomic():
        row = Telling.objects.select_for_update(skip_locked=True).filter(id=telling_id, running=True).first()
        if row is None:
            return False
        turn = Turn.objects.filter(telling=row, state="waiting").order_by("id").first()
        if turn is None:
            Telling.objects.filter(id=row.id).update(running=False, ended_at=now)
            return False
        actor = actor_by_id(row.staff_id)
        why, address = _why_not(row, turn)
        if why:
            Turn.objects.filter(id=turn.id).update(state="skipped", why=why, at=now)
        elif actor is None or not queries.may_tell(actor):
            Turn.objects.filter(id=turn.id).update(state="refused", why="forbidden", at=now)
        else:
            try:
                _write(actor=actor, row=row, turn=turn, address=address, now=now)
            except Stale:
                Turn.objects.filter(id=turn.id).update(state="refused", why="newer", at=now)
            except Forbidden:
                Turn.objects.filter(id=turn.id).update(state="refused", why="forbidden", at=now)
            except Refusal:
                Turn.objects.filter(id=turn.id).update(state="refused", why="refused", at=now)
        return True


@action(right="-")
def _write(*, actor: Actor, row: Telling, turn: Turn, address: str, now: datetime) -> None:
    if row.kind == "note":
        message = support_actions.note(actor=actor, case_id=turn.case_id, text=row.text, now=now)
    else:
        message = support_actions.reply(actor=actor, case_id=turn.case_id, text=row.text, seen=turn.seen, now=now)
    Turn.objects.filter(id=turn.id, state="waiting").update(state="done", message=message, address=address, at=now)
    problem = Problem.objects.get(id=row.problem_id)
    told = CaseTold(problem=problem.id, number=problem.number, telling=row.id, case=turn.case_id, message=message)
    record(told, actor=actor, at=now)


def _why_not(row: Telling, turn: Turn) -> tuple[str, str]:
    """(why a case is left alone, whom it would tell)."""
    case = support.by_id(turn.case_id)
    if case is None or case.merged_into is not None:
        return "merged", ""
    if row.kind == "note":
        return ("closed" if case.status == "closed" else ""), ""
    if case.status in {"resolved", "closed"}:
        return case.status, ""
    address = case.address or (f"account:{case.account}" if case.account else "")
    if not address and not case.live:
        return "no_address", ""
    if address and Turn.objects.filter(telling=row, state="done", address=address).exists():
        return "told_already", ""
    return "", address


def _add(row: Telling, ids: list[UUID]) -> None:
    cases = support.views_of(ids)
    turns = [Turn(telling=row, case_id=one, seen=cases[one].messages) for one in sorted(ids) if one in cases]
    Turn.objects.bulk_create(turns)


def _take_back(turn: Turn, *, actor: Actor, now: datetime) -> bool:
    if turn.message is None:
        return False
    try:
        with transaction.atomic():
            support_actions.undo_send(actor=actor, message_id=turn.message, now=now)
            support_actions.discard_draft(actor=actor, case_id=turn.case_id, mode="reply", now=now)
    except Refusal:
        return False  # it has left
    Turn.objects.filter(id=turn.id).update(state="taken_back", at=now)
    return True
