"""The desk writes: replies that can be undone until they leave, notes that never leave, drafts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from trustdesk.clocks import actions as clocks
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import names_of
from trustdesk.support import queries, rules
from trustdesk.support.actions.attaching import refuse_attached
from trustdesk.support.actions.moving import (
    change,
    checked_text,
    locked,
    move,
    refuse_closed,
    refuse_merged,
    requester,
    write,
)
from trustdesk.support.facts import CaseNoted, CaseReplied, CaseTalked, ReplyFailed, ReplyUndone, ReplyWritten
from trustdesk.support.models import Case, Draft, Message
from trustdesk.support.refusals import NoSuchCase, TooLateToUndo
from trustdesk.support.views import Attachment
from trustdesk.support.wording import reword

_EXCERPT = 300


@action(right="support.answer")
def reply(
    *,
    actor: Actor,
    case_id: UUID,
    text: str,
    seen: int,
    now: datetime,
    then_status: str = "",
    files: Sequence[UUID] = (),
    attached: Sequence[Attachment] = (),
) -> UUID:
    """Write to the requester; it leaves after `rules.UNDO_WINDOW`, at once where they are there (`live`). Returns the message.

    `seen` is the number of the last message its writer saw. A newer one of somebody else stops it: Stale, whose
    `details["came"]` says what came; nothing stops one who talks with somebody who is there. `then_status` is what the case becomes once it leaves. Raises NoSuchCase, CaseClosed,
    CaseMergedAway, Stale, Invalid (text, files, then_status, fields.…).
    """
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    if not row.live:
        _refuse_newer(row, seen, actor)
    if attached:
        refuse_attached(attached, leaves=bool(row.address) and _carrier(row) in rules.BY_MAIL)
        files = [one.file for one in attached]
    text = checked_text(text, files, empty="Write your reply first.")
    if then_status:
        refuse_status(row, then_status)
    leaves_at = now if row.live else now + rules.UNDO_WINDOW
    message = write(
        row,
        direction="out",
        state="sent" if row.live else "sending",
        actor=actor,
        at=now,
        text=text,
        channel=_carrier(row),
        address=row.address,
        files=list(dict.fromkeys(files)),
        attached=[one.told() for one in attached],
        leaves_at=leaves_at,
        then_status=then_status,
        **_by(actor),
    )
    change(row, now=now)
    _drafts(row.id, actor, "reply").delete()
    record(ReplyWritten(case=row.id, message=message.id, leaves_at=leaves_at), actor=actor, at=now)
    if row.live:
        _left(row, message, actor=actor, now=now)
    return message.id


@action(right="support.answer")
def undo_send(*, actor: Actor, message_id: UUID, now: datetime) -> None:
    """Take a reply back before it leaves: its words are the writer's draft again. Raises NoSuchCase (not theirs),
    TooLateToUndo."""
    row, message = _of(message_id, actor=actor, right="support.answer")
    if str(message.staff_id) != actor.id:
        raise NoSuchCase("This is not your reply.")
    if message.state != "sending" or message.leaves_at is None or message.leaves_at <= now:
        raise TooLateToUndo
    words, attached = message.text, message.attached
    message.delete()
    reword(row)
    begun = _drafts(row.id, actor, "reply").first()
    _keep(row.id, actor, "reply", f"{words}\n\n{begun.text}".strip() if begun else words, now)
    if attached:
        later = [one for one in begun.files if one not in attached] if begun else []
        _drafts(row.id, actor, "reply").update(files=[*attached, *later])
    change(row, now=now)
    record(ReplyUndone(case=row.id, message=message_id), actor=actor, at=now)


class _Gone(Refusal):
    """Taken back, or sent by another worker."""


def send_due(*, now: datetime, limit: int = 100) -> bool:
    """Let replies leave whose time to undo is over. The worker calls it every second; True when there may be more."""
    due = list(
        Message.objects.filter(state="sending", leaves_at__lte=now)
        .order_by("leaves_at")
        .values_list("id", flat=True)[:limit]
    )
    for message_id in due:
        try:
            _leave(actor=SYSTEM, message_id=message_id, now=now)
        except _Gone:
            continue
    return len(due) == limit


@action(right="-")
def _leave(*, actor: Actor, message_id: UUID, now: datetime) -> None:
    """A reply leaves: told as a fact, and counted by the clocks from when send was pressed."""
    case_id = Message.objects.filter(id=message_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise _Gone
    row = locked(case_id, actor=actor, right="-")
    message = Message.objects.select_related("staff").filter(id=message_id, case_id=row.id, state="sending").first()
    if message is None:
        raise _Gone
    Message.objects.filter(id=message_id).update(state="sent")
    _left(row, message, actor=actor, now=now)


def _left(row: Case, message: Message, *, actor: Actor, now: datetime) -> None:
    """A reply of a locked case is out of the desk."""
    _tell(row, message, actor=actor, now=now)
    # What came after send was pressed is not answered by it.
    later = Message.objects.filter(
        case_id=row.id, direction="in", automatic=False, no__gt=message.no, at__gte=message.at
    )
    unanswered = later.order_by("no").values_list("at", flat=True).first()
    clocks.message_out(actor=actor, work_id=row.work_id, by_person=True, now=now, at=message.at)
    change(row, now=now, waiting_since=unanswered)
    if unanswered is not None:
        if row.status != "closed":
            status = clocks.message_in(actor=actor, work_id=row.work_id, now=now, at=unanswered)
            move(row, status.value, actor=actor, now=now, clocked=True)
    elif row.status not in rules.ENDED:
        to = message.then_status or ("open" if row.status == "new" else row.status)
        move(row, to, actor=actor, now=now, at=message.at)


@action(right="support.write")
def send_automatic(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> UUID:
    """Write to the requester without a person, such as a receipt: it leaves at once and stops no clock. Raises NoSuchCase,
    CaseMergedAway, Invalid (text)."""
    row = locked(case_id, actor=actor, right="support.write")
    refuse_merged(row)
    text = checked_text(text, (), empty="There is nothing to say.")
    message = write(
        row,
        direction="out",
        state="sent",
        actor=SYSTEM,
        at=now,
        text=text,
        by_person=False,
        address=row.address,
        author_name="TrustDesk",
    )
    change(row, now=now)
    _tell(row, message, actor=actor, now=now)
    clocks.message_out(actor=actor, work_id=row.work_id, by_person=False, now=now)
    return message.id


@action(right="support.write")
def mark_failed(*, actor: Actor, message_id: UUID, why: str, now: datetime) -> None:
    """A reply could not be delivered: it says so, and a case that waited for its requester is open again. Raises
    NoSuchCase."""
    row, message = _of(message_id, actor=actor, right="support.write")
    if message.direction != "out":
        raise NoSuchCase("There is no such reply.")
    Message.objects.filter(id=message.id).update(state="failed", why=why.replace("\0", "")[:300])
    change(row, now=now)
    if row.status == "pending":
        move(row, "open", actor=actor, now=now)
    record(ReplyFailed(case=row.id, message=message.id, why=why[:300]), actor=actor, at=now)


@action(right="support.answer")
def talked(*, actor: Actor, case_id: UUID, now: datetime, at: datetime | None = None) -> None:
    """Somebody of the desk talked with the requester, by phone: what waited is answered. Raises NoSuchCase, CaseClosed,
    CaseMergedAway."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    clocks.message_out(actor=actor, work_id=row.work_id, by_person=True, now=now, at=at)
    change(row, now=now, waiting_since=None)
    if row.status == "new":
        move(row, "open", actor=actor, now=now, at=at)
    record(CaseTalked(case=row.id), actor=actor, at=now)


def set_external_id(*, message_id: UUID, external_id: str) -> None:
    """Tell a message the name its channel gave it. Not an action: nobody would want it told."""
    Message.objects.filter(id=message_id).update(external_id=external_id[:320])


@action(right="support.answer")
def note(
    *,
    actor: Actor,
    case_id: UUID,
    text: str,
    now: datetime,
    files: Sequence[UUID] = (),
    attached: Sequence[Attachment] = (),
) -> UUID:
    """Write to colleagues. It never leaves the desk and moves no clock. Raises NoSuchCase, CaseMergedAway, Invalid (text,
    files)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_merged(row)
    if attached:
        refuse_attached(attached, leaves=True)
        files = [one.file for one in attached]
    text = checked_text(text, files, empty="Write your note first.")
    message = write(
        row,
        direction="note",
        state="noted",
        actor=actor,
        at=now,
        text=text,
        files=list(dict.fromkeys(files)),
        attached=[one.told() for one in attached],
        **_by(actor),
    )
    change(row, now=now)
    _drafts(row.id, actor, "note").delete()
    record(CaseNoted(case=row.id, message=message.id, text=text), actor=actor, at=now)
    return message.id


def save_draft(*, actor: Actor, case_id: UUID, mode: str, text: str, now: datetime) -> None:
    """Keep what its writer has so far; nothing left takes it away. Of a merged case it is kept at its successor.

    Not an action: it comes every few seconds and changes nothing that anyone would want told. Raises NoSuchCase, Invalid.
    """
    actor.require("support.answer")
    view = queries.by_id(case_id)
    if view is None or actor.kind != "staff":
        raise NoSuchCase
    if mode not in rules.MODES or len(text) > rules.LONGEST_TEXT:
        raise Invalid(gettext("At most %(n)s characters.") % {"n": f"{rules.LONGEST_TEXT:,}"})
    _keep(queries.successor_of(view.id), actor, mode, text.replace("\0", ""), now)


def discard_draft(*, actor: Actor, case_id: UUID, mode: str, now: datetime) -> None:
    """Throw away what one has begun, and what is attached to it."""
    save_draft(actor=actor, case_id=case_id, mode=mode, text="", now=now)
    _drafts(queries.successor_of(case_id), actor, mode).delete()


def refuse_status(row: Case, to: str, *, fields: dict[str, Any] | None = None) -> None:
    """Raises Invalid when a case cannot be given this status: it is none, or a field is missing that it needs."""
    if to not in rules.SETTABLE:
        raise Invalid("Choose a status.", fields={"status": "Choose a status."})
    values = row.fields if fields is None else fields
    missing = rules.missing(queries.field_rules(), to, values)
    if missing:
        names = ", ".join(f"“{rule.name}”" for rule in missing)
        raise Invalid(
            gettext("Fill in %(names)s first.") % {"names": names},
            fields={f"fields.{rule.code}": "Needed for this status." for rule in missing},
        )


def _refuse_newer(row: Case, seen: int, actor: Actor) -> None:
    newer = Message.objects.filter(case_id=row.id, no__gt=seen).select_related("staff").order_by("no")
    came = [one for one in newer if str(one.staff_id) != actor.id]
    if not came:
        return
    who = came[-1].staff.name if came[-1].staff else came[-1].author_name or "The requester"
    raise Stale(
        gettext("%(who)s wrote while you did. Read it, then send.") % {"who": who},
        came=[
            {
                "message": str(one.id),
                "no": one.no,
                "direction": one.direction,
                "by": one.staff.name if one.staff else one.author_name,
                "text": one.text[:_EXCERPT],
                "at": one.at.isoformat(),
            }
            for one in came
        ],
        seen=came[-1].no,
    )


def _tell(row: Case, message: Message, *, actor: Actor, now: datetime) -> None:
    by = message.staff.handle if message.staff else "TrustDesk"
    record(
        CaseReplied(
            case=row.id,
            number=row.number,
            message=message.id,
            no=message.no,
            channel=_carrier(row),
            to=message.address,
            text=message.text,
            by=by,
            automatic=message.automatic,
            **requester(row),
        ),
        actor=actor,
        at=now,
    )


def _carrier(row: Case) -> str:
    """What takes a reply out: who chats reads it there; once they have gone, and after a call, mail does."""
    if row.live:
        return "chat"
    return "mail" if row.channel in {"chat", "phone"} else row.channel


def _of(message_id: UUID, *, actor: Actor, right: str) -> tuple[Case, Message]:
    """A message and its case, locked in this order, as everywhere."""
    case_id = Message.objects.filter(id=message_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NoSuchCase("There is no such message.")
    row = locked(case_id, actor=actor, right=right)
    message = Message.objects.filter(id=message_id, case_id=row.id).first()
    if message is None:
        raise TooLateToUndo("This message has just been moved.")
    return row, message


def _by(actor: Actor) -> dict[str, Any]:
    """Who writes: a person of the desk, or the name of the key or system that speaks for it."""
    if actor.kind == "staff":
        return {}
    return {"by_person": False, "author_name": names_of([actor.label]).get(actor.label, actor.name)[:200]}


def _drafts(case_id: UUID, actor: Actor, mode: str) -> QuerySet[Draft]:
    if actor.kind != "staff":
        return Draft.objects.none()
    return Draft.objects.filter(case_id=case_id, staff_id=UUID(actor.id), mode=mode)


def _keep(case_id: UUID, actor: Actor, mode: str, text: str, now: datetime) -> None:
    if not text.strip():
        # What is attached stays: only what holds nothing at all is no draft.
        _drafts(case_id, actor, mode).exclude(files=[]).update(text="", changed_at=now)
        _drafts(case_id, actor, mode).filter(files=[]).delete()
        return
    Draft.objects.update_or_create(
        case_id=case_id, staff_id=UUID(actor.id), mode=mode, defaults={"text": text, "changed_at": now}
    )
