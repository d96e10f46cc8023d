"""Cases that are one become one; one that is two becomes two; cases are linked to what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.clocks import actions as clocks
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries, rules, telling
from trustdesk.support.actions.moving import change, locked, move, refuse_closed, refuse_merged
from trustdesk.support.actions.opening import begin
from trustdesk.support.actions.sorting import AlreadySo
from trustdesk.support.facts import CaseLinked, CaseMerged, CaseSplit, CaseUnlinked
from trustdesk.support.models import Case, Draft, Link, Message, Participant
from trustdesk.support.refusals import NoSuchCase
from trustdesk.support.wording import reword


@dataclass(frozen=True)
class Split:
    """The case that messages were moved into."""

    id: UUID
    number: int


@action(right="support.answer")
def merge(*, actor: Actor, case_id: UUID, into: UUID, now: datetime) -> None:
    """Make one case of two: messages, notes, drafts, links, tags and who takes part go over to `into`, and so does what
    comes later. Nobody outside is told. An answer that was owed is owed there. It cannot be undone; a split can part them
    again. Raises NoSuchCase, CaseClosed, CaseMergedAway, Invalid (into)."""
    if case_id == into:
        raise Invalid("A case cannot be merged into itself.", fields={"into": "Choose another case."})
    # Always in the order of their ids, so that two who merge crosswise do not wait for each other in a circle.
    found = {one: locked(one, actor=actor, right="support.answer") for one in sorted((case_id, into))}
    row, target = found[case_id], found[into]
    refuse_merged(row)
    refuse_closed(target)
    owed_since = row.waiting_since
    moved = list(Message.objects.filter(case_id=row.id).order_by("no"))
    _move_messages(moved, target, source=row)
    for draft in Draft.objects.filter(case_id=row.id):
        _move_draft(draft, target.id, now)
    for one in Participant.objects.filter(case_id=row.id):
        Participant.objects.get_or_create(case_id=target.id, address=one.address, defaults={"name": one.name})
        one.delete()
    for other in Link.objects.filter(case_id=row.id):
        if other.target != target.id:
            Link.objects.get_or_create(
                case_id=target.id, kind=other.kind, target=other.target, defaults={"label": other.label, "at": now}
            )
        other.delete()
    Case.objects.filter(parent=row).exclude(id=target.id).update(parent=target)
    Case.objects.filter(merged_into=row).update(merged_into=target)
    kept_tags = list(dict.fromkeys([*target.tags, *row.tags]))[: rules.MOST_TAGS]
    change(
        target,
        now=now,
        tags=kept_tags,
        fields=row.fields | target.fields,
        address=target.address or row.address,
        account_id=target.account_id or row.account_id,
        name=target.name or row.name,
        waiting_since=min((at for at in (target.waiting_since, owed_since) if at), default=None),
    )
    reword(target)
    reword(row)
    if owed_since is not None:
        status = clocks.message_in(actor=actor, work_id=target.work_id, now=now, at=owed_since)
        move(target, status.value, actor=actor, now=now, clocked=True)
    move(row, "closed", actor=actor, now=now)
    if row.live:
        change(target, now=now, live=True)
        telling.tell_case(target)
    change(row, now=now, merged_into_id=target.id, waiting_since=None, parent_id=None, live=False)
    record(
        CaseMerged(case=row.id, number=row.number, into=target.id, into_number=target.number, messages=len(moved)),
        actor=actor,
        at=now,
    )


@action(right="support.answer")
def split(*, actor: Actor, case_id: UUID, messages: Sequence[UUID], subject: str, now: datetime) -> Split:
    """Move some messages and notes into a case of their own, with the same requester. Its clocks tell what these messages
    say; those of the first stay as they are. Raises NoSuchCase, CaseMergedAway, Invalid (messages, subject)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_merged(row)
    rows = list(Message.objects.filter(case_id=row.id).order_by("no"))
    chosen = [one for one in rows if one.id in set(messages)]
    first = next((one for one in chosen if one.direction == "in"), None)
    fields = {}
    if first is None:
        fields["messages"] = "Choose at least one message of the requester."
    elif len(chosen) < len(set(messages)):
        fields["messages"] = "One of these messages is not of this case any more."
    elif not any(one.direction == "in" for one in rows if one not in chosen):
        fields["messages"] = "One message of the requester must stay."
    elif any(one.state == "sending" for one in chosen):
        fields["messages"] = "A reply that is about to leave cannot be moved."
    if not rules.one_line(subject):
        fields["subject"] = "Say what the new case is about."
    if fields or first is None:
        raise Invalid("The case could not be split.", fields=fields)
    new = begin(
        actor=actor,
        now=now,
        at=first.at,
        subject=rules.one_line(subject),
        account_id=row.account_id,
        name=row.name,
        address=row.address,
        language=row.language,
        market=row.market,
        channel=row.channel,
        mailbox=row.mailbox,
        category=row.category,
        priority=row.priority,
        queue=queries.queue_of(row.work_id),
        said=next((one.text for one in chosen if one.direction == "in"), ""),
        tags=row.tags,
        fields=row.fields,
    )
    for one in Participant.objects.filter(case_id=row.id):
        Participant.objects.get_or_create(case_id=new.id, address=one.address, defaults={"name": one.name})
    _move_messages(chosen, new, source=row)
    waiting = _replayed(new, chosen, actor=actor, now=now)
    change(new, now=now, waiting_since=waiting)
    left = [one for one in rows if one not in chosen]
    change(row, now=now, waiting_since=_unanswered(left))
    reword(new)
    reword(row)
    Link.objects.create(case_id=new.id, kind="case", target=row.id, at=now)
    Link.objects.create(case_id=row.id, kind="case", target=new.id, at=now)
    record(
        CaseSplit(case=row.id, new=new.id, new_number=new.number, messages=len(chosen)),
        actor=actor,
        at=now,
    )
    return Split(id=new.id, number=new.number)


@action(right="support.answer")
def link(*, actor: Actor, case_id: UUID, kind: str, target: UUID, now: datetime, label: str = "") -> None:
    """Say what a case is about. Between cases both know. Raises NoSuchCase, CaseMergedAway, AlreadySo, Invalid (kind,
    target)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_merged(row)
    if kind not in rules.LINKS:
        raise Invalid("Choose what to link.", fields={"kind": "Choose what to link."})
    between = kind in ("case", "follows")
    if between and (target == row.id or not Case.objects.filter(id=target).exists()):
        raise Invalid("There is no such other case.", fields={"target": "There is no such other case."})
    try:
        with transaction.atomic():
            Link.objects.create(case_id=row.id, kind=kind, target=target, label=rules.one_line(label), at=now)
    except IntegrityError as error:
        raise AlreadySo("They are linked already.") from error
    if kind == "case":
        Link.objects.get_or_create(case_id=target, kind="case", target=row.id, defaults={"at": now})
    change(row, now=now)
    record(CaseLinked(case=row.id, to=kind, target=target), actor=actor, at=now)


@action(right="support.answer")
def unlink(*, actor: Actor, case_id: UUID, kind: str, target: UUID, now: datetime) -> None:
    """Take a link away. Raises NoSuchCase."""
    row = locked(case_id, actor=actor, right="support.answer")
    gone, _ = Link.objects.filter(case_id=row.id, kind=kind, target=target).delete()
    if not gone:
        raise NoSuchCase("There is no such link.")
    if kind == "case":
        Link.objects.filter(case_id=target, kind="case", target=row.id).delete()
    change(row, now=now)
    record(CaseUnlinked(case=row.id, to=kind, target=target), actor=actor, at=now)


@action(right="support.answer")
def set_parent(*, actor: Actor, case_id: UUID, parent: UUID | None, now: datetime) -> None:
    """Make a case a part of another, or of none. Parts have no parts. Raises NoSuchCase, CaseMergedAway, AlreadySo, Invalid
    (number)."""
    # In the order of their ids, as in a merge: two who make each other's case a part of theirs do not wait in a circle.
    found = {
        one: locked(one, actor=actor, right="support.answer")
        for one in sorted({case_id, parent} if parent else {case_id})
    }
    row = found[case_id]
    refuse_merged(row)
    if row.parent_id == parent:
        raise AlreadySo
    if parent is not None:
        refuse_merged(found[parent])
        said = ""
        if parent == case_id:
            said = gettext("A case is no part of itself.")
        elif found[parent].parent_id is not None:
            said = gettext("That case is a part of another itself. Choose the other.")
        elif Case.objects.filter(parent_id=case_id).exists():
            said = gettext("This case has parts of its own.")
        if said:
            raise Invalid(said, fields={"number": said})
    before = row.parent_id
    change(row, now=now, parent_id=parent)
    if parent is not None:
        record(CaseLinked(case=row.id, to="parent", target=parent), actor=actor, at=now)
    elif before is not None:
        record(CaseUnlinked(case=row.id, to="parent", target=before), actor=actor, at=now)


def _move_messages(messages: Sequence[Message], target: Case, *, source: Case) -> None:
    """They get the next numbers there: whoever writes there now has not seen them."""
    for one in messages:
        target.messages += 1
        one.case_id, one.no, one.moved_from_id = target.id, target.messages, source.id
    Message.objects.bulk_update(messages, ["case", "no", "moved_from"])
    Case.objects.filter(id=target.id).update(messages=target.messages)


def _move_draft(draft: Draft, target: UUID, now: datetime) -> None:
    begun = Draft.objects.filter(case_id=target, staff_id=draft.staff_id, mode=draft.mode).first()
    if begun is None:
        Draft.objects.filter(id=draft.id).update(case_id=target)
        return
    text = "\n\n".join(words for words in (begun.text, draft.text) if words)[: rules.LONGEST_TEXT]
    files = [*begun.files, *(one for one in draft.files if one not in begun.files)]
    Draft.objects.filter(id=begun.id).update(text=text, files=files, changed_at=now)
    draft.delete()


def _replayed(new: Case, messages: Sequence[Message], *, actor: Actor, now: datetime) -> datetime | None:
    """Tell the new case's clocks what was said, in its order; returns since when its requester waits."""
    heard_first = False
    for one in sorted(messages, key=lambda message: (message.at, message.no)):
        if one.direction == "in" and not one.automatic:
            if heard_first:
                clocks.message_in(actor=actor, work_id=new.work_id, now=now, at=one.at)
            heard_first = True
        elif one.direction == "out":
            clocks.message_out(actor=actor, work_id=new.work_id, by_person=not one.automatic, now=now, at=one.at)
    if any(one.direction == "out" and not one.automatic for one in messages):
        move(new, "open", actor=actor, now=now)
    return _unanswered(messages)


def _unanswered(messages: Sequence[Message]) -> datetime | None:
    since: datetime | None = None
    for one in sorted(messages, key=lambda message: (message.at, message.no)):
        if one.automatic:
            continue
        if one.direction == "in":
            since = since or one.at
        elif one.direction == "out" and one.state == "sent":
            since = None
    return since
