"""Deciding alike items together: one judgement, a decision for each. A job does it, member by member, each in its own
transaction: whoever lost its turn to somebody else or changed meanwhile is told of and left alone.

An item with an open review is claimed and its review decided, as at the desk: who may not take it, may not decide it so.
An item without one is decided directly, by the same right in its market.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.kernel.work import queries as work_queries
from trustdesk.review import actions
from trustdesk.review.facts import JointBegun, JointEnded, JointTakenBack, JointUndone
from trustdesk.review.models import Joint, JointMember, Review

MOST_TOGETHER = 500
# A job takes its time: what it decides waits longer than at the desk before it takes effect, so that all of it can be
# taken back.
WINDOW = timedelta(minutes=2)
DECIDE_JOB = "review.decide_together"
UNDO_JOB = "review.undo_together"
_State = JointMember.State


class TakenBack(Refusal):
    """This joint decision is being taken back, or was."""

    code, status = "joint_taken_back", 409


class DecidedJustNow(Refusal):
    """It was decided a moment ago in another joint decision, which can still be taken back."""

    code, status = "decided_just_now", 409


@action(right="review.decide")
def decide_together(
    *,
    actor: Actor,
    cluster_id: UUID | None,
    members: Sequence[tuple[UUID, int]],
    outcome: str,
    now: datetime,
    clauses: Sequence[Ground] = (),
    excepted: int = 0,
    rationale: str = "",
    author_note: str = "",
    most: int = MOST_TOGETHER,
) -> UUID:
    """Begin to decide these items, each by its (id, version that was seen); returns the joint decision. `cluster_id`: what
    they are alike in, None for items that somebody searched for.

    What cannot be decided is told member by member. Raises Invalid: nothing chosen, no clause, too many.
    """
    if actor.kind != "staff":
        raise Forbidden("Only a member of staff can decide together.")
    fields: dict[str, str] = {}
    chosen = dict(members)
    if outcome not in actions.OUTCOMES:
        fields["outcome"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(actions.OUTCOMES)}
    elif outcome != "approve" and not clauses:
        fields["clauses"] = "Choose the clause this decision rests on."
    if not chosen:
        fields["members"] = "Tick at least one item."
    if len(chosen) > most:
        fields["members"] = gettext("At most %(n)s items at once.") % {"n": most}
    if len(content.items(chosen)) < len(chosen):
        fields["members"] = "One of these items does not exist."
    if fields:
        raise Invalid("The decision could not be made.", fields=fields)
    joint = Joint.objects.create(
        cluster=cluster_id,
        actor=actor.label,
        staff_id=UUID(actor.id),
        outcome=outcome,
        clauses=[asdict(ground) for ground in clauses] if outcome != "approve" else [],
        author_note=author_note,
        rationale=rationale,
        excepted=excepted,
        made_at=now,
    )
    JointMember.objects.bulk_create(
        JointMember(joint=joint, item_id=item, version_no=version) for item, version in chosen.items()
    )
    record(
        JointBegun(joint=joint.id, cluster=cluster_id, outcome=outcome, count=len(chosen), excepted=excepted),
        actor=actor,
        at=now,
    )
    app.configure_task(DECIDE_JOB, queue="review").defer(joint=str(joint.id))
    return joint.id


@action(right="review.decide")
def take_back(*, actor: Actor, joint_id: UUID, now: datetime) -> None:
    """Take one's own joint decision back: what has had no turn stays as it is, what was decided is undone while it can
    be. Raises NotFound, Forbidden, TakenBack."""
    joint = Joint.objects.select_for_update().filter(id=joint_id).first()
    if joint is None:
        raise NotFound("There is no such joint decision.")
    if joint.actor != actor.label:
        raise Forbidden("Only the person who decided can undo it.")
    if joint.state not in {Joint.State.RUNNING, Joint.State.DONE}:
        raise TakenBack
    Joint.objects.filter(id=joint_id).update(state=Joint.State.UNDOING)
    JointMember.objects.filter(joint=joint, state=_State.WAITING).update(state=_State.STOPPED)
    record(JointTakenBack(joint=joint_id, cluster=joint.cluster), actor=actor, at=now)
    app.configure_task(UNDO_JOB, queue="review").defer(joint=str(joint_id))


def decide_members(*, joint_id: UUID, clock: Callable[[], datetime]) -> None:
    """Decide all that wait for their turn. Run again after a lost worker, it goes on where it was. `clock` tells the time
    of each turn: hundreds of them take a while."""
    joint = Joint.objects.get(id=joint_id)
    actor = _actor(joint)
    for member in (
        JointMember.objects.filter(joint=joint, state=_State.WAITING).order_by("id").values_list("id", flat=True)
    ):
        if _turn(joint, member, actor=actor, now=clock()) == "taken back":
            return
    if JointMember.objects.filter(joint=joint, state=_State.WAITING).exists():
        return  # another worker is at one of them
    _end(actor=actor, joint=joint, now=clock())


def undo_members(*, joint_id: UUID, clock: Callable[[], datetime]) -> None:
    """Take back what was decided and has not taken effect."""
    joint = Joint.objects.get(id=joint_id)
    actor = _actor(joint)
    for member in JointMember.objects.filter(joint=joint, state=_State.DECIDED).order_by("id"):
        try:
            with transaction.atomic():
                if JointMember.objects.filter(id=member.id, state=_State.DECIDED).update(state=_State.UNDONE):
                    _undo(member, actor=actor, now=clock())
        except Refusal as refusal:
            JointMember.objects.filter(id=member.id).update(code=refusal.code, message=refusal.message[:500])
    _end_undo(actor=actor, joint=joint, now=clock())


def _turn(joint: Joint, member_id: UUID, *, actor: Actor | None, now: datetime) -> str:
    """One member's turn: its decision and its new state commit together, so that it is decided once."""
    with transaction.atomic():
        state = Joint.objects.select_for_update(no_key=True).values_list("state", flat=True).get(id=joint.id)
        if state != Joint.State.RUNNING:
            return "taken back"
        member = JointMember.objects.select_for_update().filter(id=member_id, state=_State.WAITING).first()
        if member is None:
            return "had its turn"
        try:
            with transaction.atomic():
                decision, review, until = _decide(joint, member, actor=actor, now=now)
        except Refusal as refusal:
            words = "; ".join(refusal.fields.values()) or refusal.message
            JointMember.objects.filter(id=member.id).update(
                state=_State.REFUSED, code=refusal.code, message=words[:500]
            )
            return "refused"
        JointMember.objects.filter(id=member.id).update(
            state=_State.DECIDED, decision=decision, review=review, undo_until=until
        )
        return "decided"


def _decide(
    joint: Joint, member: JointMember, *, actor: Actor | None, now: datetime
) -> tuple[UUID, UUID | None, datetime]:
    if actor is None:
        raise Forbidden("Who decided is no longer on the desk.")
    item = content.items([member.item_id])[member.item_id]
    actor.require("review.decide", market=item.market)
    others = JointMember.objects.filter(item_id=member.item_id, state=_State.DECIDED, undo_until__gt=now)
    if others.exclude(joint=joint).exists():
        raise DecidedJustNow
    grounds = tuple(Ground(**ground) for ground in joint.clauses)
    review = Review.objects.filter(item_id=member.item_id, state=Review.State.OPEN, golden=None).first()
    if review is None:
        made = decisions.decide(
            actor=actor,
            item_id=member.item_id,
            version=member.version_no,
            outcome=joint.outcome,
            now=now,
            grounds=grounds,
            rationale=joint.rationale,
            author_note=joint.author_note,
            window=WINDOW,
        )
        return made.id, None, made.effective_at
    place = work_queries.views_of([review.work_id])[review.work_id]
    if not (place.state == "claimed" and str(place.holder) == actor.id):
        actions.claim_this(actor=actor, review_id=review.id, now=now)
    done = actions.decide(
        actor=actor,
        review_id=review.id,
        version=member.version_no,
        outcome=joint.outcome,
        now=now,
        clauses=grounds,
        rationale=joint.rationale,
        author_note=joint.author_note,
        window=WINDOW,
    )
    return done.decision, review.id, done.undo_until


def _undo(member: JointMember, *, actor: Actor | None, now: datetime) -> None:
    if actor is None:
        raise Forbidden("Who decided is no longer on the desk.")
    if member.review is None:
        if member.decision is not None:
            _undo_alone(actor=actor, decision_id=member.decision, now=now)
        return
    actions.undo(actor=actor, review_id=member.review, now=now)
    # Nobody looks at so many at once: they wait for anyone again.
    actions.release(actor=actor, review_id=member.review, now=now)


@action(right="review.decide")
def _undo_alone(*, actor: Actor, decision_id: UUID, now: datetime) -> None:
    decisions.undo(actor=actor, decision_id=decision_id, now=now)


@action(right="-")
def _end(*, actor: Actor | None, joint: Joint, now: datetime) -> None:
    states = list(JointMember.objects.filter(joint=joint).values_list("state", flat=True))
    Joint.objects.filter(id=joint.id, state=Joint.State.RUNNING).update(state=Joint.State.DONE, ended_at=now)
    record(
        JointEnded(
            joint=joint.id,
            cluster=joint.cluster,
            count=len(states),
            decided=states.count(_State.DECIDED),
            refused=states.count(_State.REFUSED),
        ),
        actor=actor or _of(joint),
        at=now,
    )


@action(right="-")
def _end_undo(*, actor: Actor | None, joint: Joint, now: datetime) -> None:
    states = list(JointMember.objects.filter(joint=joint).values_list("state", flat=True))
    Joint.objects.filter(id=joint.id).update(state=Joint.State.UNDONE, ended_at=now)
    undone, late = states.count(_State.UNDONE), states.count(_State.DECIDED)
    record(
        JointUndone(joint=joint.id, cluster=joint.cluster, count=undone + late, undone=undone, late=late),
        actor=actor or _of(joint),
        at=now,
    )


def _actor(joint: Joint) -> Actor | None:
    """Who decided, with the rights they have now; None when they left."""
    return actor_by_id(joint.staff_id)


def _of(joint: Joint) -> Actor:
    return Actor(kind="staff", id=str(joint.staff_id))
