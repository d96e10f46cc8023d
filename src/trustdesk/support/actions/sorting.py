"""People sort cases: status, priority, category and fields; put away and back; in hand and given back."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.clocks import actions as clocks
from trustdesk.clocks.actions import Priority
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import plain, record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import Claimed
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import queries, rules, telling
from trustdesk.support.actions.answering import refuse_status
from trustdesk.support.actions.moving import change, locked, move, place, refuse_closed, refuse_merged, wake_row
from trustdesk.support.facts import CasePrioritySet, CaseSnoozed, CaseSorted
from trustdesk.support.models import Case
from trustdesk.support.wording import reword


class AlreadySo(Refusal):
    """It is so already."""

    code, status = "already_so", 409


@action(right="support.answer")
def set_status(*, actor: Actor, case_id: UUID, status: str, now: datetime) -> None:
    """Say whose turn it is, or that the matter is settled; closed is final. Raises NoSuchCase, CaseClosed, CaseMergedAway,
    AlreadySo, Invalid (status, fields.… that this status needs)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    refuse_status(row, status)
    if row.status == status:
        raise AlreadySo
    if status in rules.ENDED:
        change(row, now=now, waiting_since=None)
    move(row, status, actor=actor, now=now)


@action(right="support.answer")
def set_priority(*, actor: Actor, case_id: UUID, priority: str, now: datetime) -> None:
    """Its clocks keep their start and get the targets of the new priority. Raises NoSuchCase, CaseClosed, CaseMergedAway,
    AlreadySo, Invalid (priority)."""
    if priority not in rules.PRIORITIES:
        raise Invalid("Choose a priority.", fields={"priority": "Choose a priority."})
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    if row.priority == priority:
        raise AlreadySo
    before = row.priority
    score, parts = rules.score_of(priority, row.channel)
    with suppress(work.NotWaiting):  # resolved: it is dealt by this once it is open again
        work.reprioritise(actor=actor, work_id=row.work_id, lane=rules.LANE, score=score, score_parts=parts, now=now)
    clocks.priority_changed(actor=actor, work_id=row.work_id, priority=Priority(priority), now=now)
    change(row, now=now, priority=priority)
    record(CasePrioritySet(case=row.id, before=before, priority=priority), actor=actor, at=now)


@action(right="support.answer")
def sort(
    *,
    actor: Actor,
    case_id: UUID,
    now: datetime,
    subject: str | None = None,
    category: str | None = None,
    intent: str | None = None,
    language: str | None = None,
    tags: Sequence[str] | None = None,
    fields: Mapping[str, Any] | None = None,
    parent: UUID | None = None,
) -> None:
    """Change what is told of a case; None leaves it as it is, an empty value takes it away. Another category may choose
    another clock policy. Raises NoSuchCase, CaseMergedAway, AlreadySo, Invalid (tags, fields.…, parent)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_merged(row)
    told: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    if subject is not None:
        told["subject"] = rules.one_line(subject)
    for name, value, longest in (("category", category, 80), ("intent", intent, 80), ("language", language, 12)):
        if value is not None:
            told[name] = value.strip()[:longest]
    if tags is not None:
        told["tags"], why = rules.tags_of(tags)
        if why:
            wrong["tags"] = why
    if fields is not None:
        values, found = rules.checked(queries.field_rules(), fields)
        wrong |= {f"fields.{code}": why for code, why in found.items()}
        told["fields"] = {code: value for code, value in (row.fields | values).items() if value is not None}
        lost = [
            rule for rule in rules.missing(queries.field_rules(), row.status, told["fields"]) if rule.code in values
        ]
        wrong |= {f"fields.{rule.code}": "Needed for the status the case has." for rule in lost}
    if parent is not None:
        if parent == row.id or not Case.objects.filter(id=parent, parent=None, merged_into=None).exists():
            wrong["parent"] = "Choose a case that is no part of another."
        told["parent_id"] = parent
    if wrong:
        raise Invalid("This could not be changed.", fields=wrong)
    told = {name: value for name, value in told.items() if getattr(row, name) != value}
    if not told:
        raise AlreadySo
    change(row, now=now, **told)
    if told.keys() & {"subject", "language"}:
        reword(row)
    work_too: dict[str, Any] = {name: told[name] for name in ("category", "tags") if name in told}
    if "subject" in told:
        work_too["subject_line"] = told["subject"]
    if work_too:
        WorkItem.objects.filter(id=row.work_id).update(**work_too, changed_at=now)
    if "category" in told:
        clocks.sorted_anew(work_id=row.work_id, now=now)
    record(
        CaseSorted(case=row.id, changed=sorted(told), values=_as_text(told)),
        actor=actor,
        at=now,
    )


@action(right="support.answer")
def snooze(*, actor: Actor, case_id: UUID, until: datetime, now: datetime) -> None:
    """Put a case away until a time, or until its requester writes. Its clocks run on. Raises NoSuchCase, CaseClosed,
    CaseMergedAway, Invalid (until)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    if not now < until <= now + rules.LONGEST_REST:
        raise Invalid("Choose a time within a year.", fields={"until": "Choose a time within a year."})
    if row.status in rules.ENDED:
        raise Invalid("This case is resolved; there is nothing to put away.")
    change(row, now=now, snoozed_until=until)
    place(row, actor=actor, now=now)
    record(CaseSnoozed(case=row.id, until=until), actor=actor, at=now)


@action(right="support.answer")
def wake(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Bring a case back before its time. Raises NoSuchCase, AlreadySo."""
    row = locked(case_id, actor=actor, right="support.answer")
    if row.snoozed_until is None:
        raise AlreadySo
    wake_row(row, actor=actor, now=now)


def woken(*, work_id: UUID, now: datetime) -> None:
    """The work of a case that was put away waits again: its time is over. Nothing for other work. Called by the reactor."""
    case_id = Case.objects.filter(work_id=work_id, snoozed_until__lte=now).values_list("id", flat=True).first()
    if case_id is not None:
        _woken(actor=SYSTEM, case_id=case_id, now=now)


@action(right="-")
def _woken(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    wake_row(locked(case_id, actor=actor, right="-"), actor=actor, now=now)


@action(right="support.answer")
def take(*, actor: Actor, case_id: UUID, now: datetime) -> Claimed:
    """Have a case in hand: nobody else is dealt it while one is at it. A new one is open then. Raises NoSuchCase,
    CaseClosed, CaseMergedAway, AlreadyClaimed (names the holder), BarredFrom, NotWaiting (it rests or has ended)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    claimed = work.take_up(actor=actor, work_id=row.work_id, now=now)
    if row.status == "new":
        move(row, "open", actor=actor, now=now)
    elif row.live:
        telling.tell_case(row)
    return claimed


@action(right="support.answer")
def release(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Give it back for anyone else, in hand or kept for oneself. Raises NoSuchCase, ClaimLost."""
    row = locked(case_id, actor=actor, right="support.answer")
    kept = WorkItem.objects.filter(id=row.work_id, state=WorkItem.State.HELD, holder_id=UUID(actor.id))
    if row.status == "open" and row.snoozed_until is None and kept.exists():
        work.wake(actor=actor, work_id=row.work_id, now=now)
        return
    work.release(actor=actor, work_id=row.work_id, now=now)


def _as_text(told: dict[str, Any]) -> str:
    return json.dumps(plain(told), ensure_ascii=False, sort_keys=True)
