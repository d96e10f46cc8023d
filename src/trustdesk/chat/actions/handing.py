"""A chat changes hands without a gap: its visitor sees who writes now, and nothing else."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from trustdesk.chat import queries, telling
from trustdesk.chat.facts import ChatHandedOver
from trustdesk.chat.refusals import InOtherHands, NobodyThere, NoSuchChat
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import actions as cases
from trustdesk.support import queries as support


@action(right="support.answer")
def hand_over(*, actor: Actor, case_id: UUID, to: UUID, now: datetime, note: str = "") -> None:
    """Give a chat to a colleague, who is there, may answer it and has room for it; a note says what is known so far. Raises
    NoSuchChat, NobodyThere (not there), BarredFrom (a guard keeps it from them), Forbidden."""
    chat = queries.of_case(case_id)
    case = support.by_id(case_id)
    if chat is None or case is None or chat.ended_at is not None:
        raise NoSuchChat
    actor.require("support.answer", market=case.market or None, queue=case.queue)
    taker = people.actor_by_id(to)
    if taker is None or to not in {one.id for one in queries.those_there(now=now)}:
        raise NobodyThere(gettext("This colleague is not there now."))
    if case.holder is not None and str(case.holder) == actor.id:
        cases.release(actor=actor, case_id=case_id, now=now)
    elif case.holder is not None:
        raise InOtherHands(gettext("%(name)s has this chat in hand.") % {"name": case.holder_name})
    cases.take(actor=taker, case_id=case_id, now=now)
    if note.strip():
        cases.note(actor=actor, case_id=case_id, text=note, now=now)
    record(ChatHandedOver(case=case_id, to=to, to_name=taker.name), actor=actor, at=now)
    telling.tell_visitor(case_id, by=taker.handle)


def hand_to_team(*, actor: Actor, case_id: UUID, team: UUID, now: datetime, note: str = "") -> UUID:
    """Give a chat to whoever of a team can take it, those with the fewest cases in hand first. Returns who. Raises
    NobodyThere, NoSuchChat, Forbidden."""
    actor.require("support.answer")
    members = people.members_of(team)
    there = [one for one in queries.those_there(now=now) if one.id in members and str(one.id) != actor.id]
    load = support.in_hand_of([one.id for one in there])
    for one in sorted(there, key=lambda person: (load.get(person.id, 0), person.name)):
        try:
            with transaction.atomic():
                hand_over(actor=actor, case_id=case_id, to=one.id, now=now, note=note)
        except (NoSuchChat, InOtherHands):
            raise
        except Refusal:
            continue  # no room, or kept from them: the next one
        return one.id
    raise NobodyThere
