"""What every verb needs: a case locked for its caller, its status moved with its work and its clocks, a message written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext

from trustdesk.clocks import actions as clocks
from trustdesk.clocks.actions import Status
from trustdesk.content import queries as content
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import links, rules, telling
from trustdesk.support.facts import CaseResolved, CaseStatusSet, CaseWoken
from trustdesk.support.models import Case, Message
from trustdesk.support.refusals import CaseClosed, CaseMergedAway, NoSuchCase
from trustdesk.support.wording import reword


def locked(case_id: UUID, *, actor: Actor, right: str) -> Case:
    """The case, held until the transaction ends. Raises NoSuchCase, Forbidden (another market or queue)."""
    row = Case.objects.select_for_update(of=("self",)).filter(id=case_id).first()
    if row is None:
        raise NoSuchCase
    queue = WorkItem.objects.values_list("queue__code", flat=True).get(id=row.work_id)
    if right != "-":
        actor.require(right, market=row.market or None, queue=queue)
    return row


def refuse_merged(row: Case) -> None:
    if row.merged_into_id is not None:
        into = Case.objects.values_list("number", flat=True).get(id=row.merged_into_id)
        raise CaseMergedAway(
            gettext("This case was merged into case %(into)s. Go on there.") % {"into": into},
            into=into,
            case=str(row.merged_into_id),
        )


def refuse_closed(row: Case) -> None:
    refuse_merged(row)
    if row.status == "closed":
        raise CaseClosed


def change(row: Case, *, now: datetime, **changes: Any) -> None:
    """Write columns of a locked case; it counts as changed."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.changed_at = now
    Case.objects.filter(id=row.id).update(**changes, changed_at=now, version=F("version") + 1)


def move(
    row: Case,
    to: str,
    *,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    clocked: bool = False,
    placed: bool = False,
) -> None:
    """Give a locked case another status, with its work and its clocks, unless these know already (`placed`, `clocked`)."""
    before = row.status
    if to == before:
        return
    if not clocked:
        clocks.status_changed(actor=actor, work_id=row.work_id, status=Status(to), now=now, at=at)
    ended = to in rules.ENDED
    change(
        row,
        now=now,
        status=to,
        ended_at=(row.ended_at or now) if ended else None,
        snoozed_until=None if ended or to == "open" else row.snoozed_until,
    )
    if not placed:
        place(row, actor=actor, now=now)
    if row.live:
        telling.tell_case(row)
    record(CaseStatusSet(case=row.id, number=row.number, before=before, status=to), actor=actor, at=now)
    if to == "resolved":
        record(
            CaseResolved(
                case=row.id,
                number=row.number,
                channel=row.channel,
                title=row.subject,
                language=row.language,
                market=row.market,
                priority=row.priority,
                category=row.category,
                tags=tuple(row.tags),
                opened_at=row.opened_at,
                **requester(row),
            ),
            actor=actor,
            at=now,
        )


def requester(row: Case) -> dict[str, Any]:
    """What facts say of whose matter a case is: how their app or site calls them, and their own page of it."""
    account = content.accounts([row.account_id]).get(row.account_id) if row.account_id else None
    return {
        "account": row.account_id,
        "source": account.source if account else None,
        "account_external_id": account.external_id if account else "",
        "url": links.url_of(row.id),
    }


def place(row: Case, *, actor: Actor, now: datetime) -> None:
    """Bring the work to where the case's status and its being put away say: done, at rest, or waiting for a person."""
    item = WorkItem.objects.only("state", "ended_at", "held_until").get(id=row.work_id)
    if row.status in rules.ENDED:
        if item.ended_at is None:
            work.settle(actor=actor, work_id=item.id, now=now)
        return
    if item.ended_at is not None:
        work.reopen(actor=actor, work_id=item.id, now=now, reason="the case goes on")
    rests_until = row.snoozed_until or (now + rules.LONGEST_REST if row.status in rules.RESTING else None)
    if rests_until is not None:
        if item.held_until != rests_until:
            work.rest(actor=actor, work_id=item.id, until=rests_until, now=now, reason=row.status)
    elif item.state == WorkItem.State.HELD:
        work.wake(actor=actor, work_id=item.id, now=now)


def wake_row(row: Case, *, actor: Actor, now: datetime) -> None:
    """A locked case that was put away is back; nothing for one that was not."""
    if row.snoozed_until is not None:
        change(row, now=now, snoozed_until=None)
        place(row, actor=actor, now=now)
        record(CaseWoken(case=row.id), actor=actor, at=now)


def write(
    row: Case,
    *,
    direction: str,
    state: str,
    actor: Actor,
    at: datetime,
    text: str,
    by_person: bool = True,
    **given: Any,
) -> Message:
    """Add a message to a locked case, with the next number."""
    message = Message(
        case_id=row.id,
        no=row.messages + 1,
        direction=direction,
        state=state,
        staff_id=UUID(actor.id) if actor.kind == "staff" and direction != "in" else None,
        text=text.replace("\0", "\ufffd"),
        automatic=not by_person,
        channel=given.pop("channel", "") or row.channel,
        at=at,
        **given,
    )
    message.save(force_insert=True)
    row.messages = message.no
    Case.objects.filter(id=row.id).update(messages=message.no)
    if row.live:
        telling.tell_case(row)
    reword(row)
    return message


def checked_text(text: str, given: Sequence[UUID], *, empty: str) -> str:
    """What somebody of the desk writes. Raises Invalid (text, files)."""
    fields = {}
    text = text.replace("\0", "\ufffd").strip()
    if not text:
        fields["text"] = empty
    elif len(text) > rules.LONGEST_TEXT:
        fields["text"] = gettext("At most %(n)s characters.") % {"n": f"{rules.LONGEST_TEXT:,}"}
    if len(set(given)) > rules.MOST_FILES:
        fields["files"] = gettext("At most %(n)s files.") % {"n": rules.MOST_FILES}
    elif given and len(files.views_of(given)) < len(set(given)):
        fields["files"] = "One of these files does not exist."
    if fields:
        raise Invalid(fields.get("text") or fields["files"], fields=fields)
    return text


def set_live(*, case_id: UUID, live: bool, now: datetime) -> None:
    """Its requester is there, or has gone. Not an action: whoever talks with them tells it. A merged case stays as it is.
    Raises NoSuchCase."""
    row = locked(case_id, actor=SYSTEM, right="-")
    if row.live == live or (live and row.merged_into_id is not None):
        return
    change(row, now=now, live=live)
    telling.tell_case(row)
