"""One case's turn in a bulk: all that was chosen, or nothing."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.macros import queries as macros
from trustdesk.support import queries
from trustdesk.support.actions.assigning import assign, set_queue, unassign
from trustdesk.support.actions.moving import locked, refuse_closed
from trustdesk.support.actions.sorting import AlreadySo, set_priority, set_status, snooze, sort
from trustdesk.support.actions.using import use_macro
from trustdesk.support.facts import BulkEnded, CaseChangedInBulk
from trustdesk.support.models import Bulk, BulkTurn, Case
from trustdesk.support.refusals import ChangedMeanwhile, InOtherHands, NoWayToReach
from trustdesk.support.rules import Changes


@action(right="support.answer")
def change_one(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    seen: int,
    changes: Changes,
    bulk: UUID,
    others: int,
    now: datetime,
) -> None:
    """Change a case as it was chosen in version `version`, with its messages read up to `seen`. Raises ChangedMeanwhile,
    Stale (a reply would go over something unread), AlreadySo (nothing was left to do), NoWayToReach, InOtherHands and
    whatever refuses a single change."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    if row.version != version:
        raise ChangedMeanwhile
    steps: list[Callable[[], object]] = []
    if changes.category or changes.add_tags or changes.remove_tags:
        steps.append(lambda: _sort(row, changes, actor, now))
    if changes.priority:
        steps.append(lambda: set_priority(actor=actor, case_id=case_id, priority=changes.priority, now=now))
    if changes.queue:
        steps.append(lambda: set_queue(actor=actor, case_id=case_id, queue=changes.queue, now=now))
    if changes.to:
        steps.append(lambda: _give(row, changes, actor, now))
    if changes.macro:
        steps.append(lambda: _send(row, changes, seen, actor, now))
    elif changes.status:
        steps.append(lambda: set_status(actor=actor, case_id=case_id, status=changes.status, now=now))
    if changes.until:
        until = datetime.fromisoformat(changes.until)
        steps.append(lambda: snooze(actor=actor, case_id=case_id, until=until, now=now))
    done = 0
    for step in steps:
        with suppress(AlreadySo):
            step()
            done += 1
    if not done:
        raise AlreadySo
    record(CaseChangedInBulk(case=case_id, bulk=bulk, others=others, what=changes.what), actor=actor, at=now)


@action(right="-")
def end_bulk(*, actor: Actor, bulk: Bulk, now: datetime, over: type[Refusal]) -> None:
    """All had their turn. Raises `over` when it has ended already."""
    counts = dict(BulkTurn.objects.filter(bulk=bulk).values_list("state").annotate(n=Count("id")))
    if not Bulk.objects.filter(id=bulk.id, state=Bulk.State.RUNNING).update(state=Bulk.State.DONE, ended_at=now):
        raise over
    record(BulkEnded(bulk=bulk.id, done=counts.get("done", 0), skipped=counts.get("skipped", 0)), actor=actor, at=now)


def _sort(row: Case, changes: Changes, actor: Actor, now: datetime) -> None:
    tags = [tag for tag in [*row.tags, *changes.add_tags] if tag not in changes.remove_tags]
    sort(actor=actor, case_id=row.id, category=changes.category or None, tags=tags, now=now)


def _give(row: Case, changes: Changes, actor: Actor, now: datetime) -> None:
    if changes.to == "-":
        unassign(actor=actor, case_id=row.id, now=now)
        return
    holder = queries.views_of([row.id])[row.id].holder
    if holder is not None and str(holder) not in {actor.id, changes.to}:
        name = work.views_of([row.work_id])[row.work_id].holder_name
        raise InOtherHands(_("%(name)s has this case in hand now.") % {"name": name})
    assign(actor=actor, case_id=row.id, to=UUID(changes.to), holder=holder, now=now)


def _send(row: Case, changes: Changes, seen: int, actor: Actor, now: datetime) -> None:
    macro = macros.one(actor, UUID(changes.macro))
    if macro.number != changes.macro_number or macro.archived_at is not None:
        raise ChangedMeanwhile(_("The saved reply was changed after you chose it."))
    if row.live:
        raise Invalid(_("Its requester is in a chat: answer there."))
    if macro.texts and not (row.address or row.channel == "api"):
        raise NoWayToReach
    use_macro(actor=actor, case_id=row.id, macro_id=macro.id, seen=seen, now=now, send=True, then_status=changes.status)
