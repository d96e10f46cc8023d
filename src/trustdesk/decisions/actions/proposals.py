"""Two people: agree to what was proposed, refuse it, prolong the suspension once, take it back, let it lapse."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions.actions.accounts import decide_account
from trustdesk.decisions.actions.committing import Made
from trustdesk.decisions.actions.effects import lift, refresh_statuses
from trustdesk.decisions.actions.pending import BARRED, CLOCK, RIGHT, said, withdraw
from trustdesk.decisions.actions.person import decide
from trustdesk.decisions.actions.reversing import put_right
from trustdesk.decisions.drafts import Ground, RestrictionSpec
from trustdesk.decisions.facts import (
    DecisionOverturned,
    ProposalApproved,
    ProposalConfirmed,
    ProposalLapsed,
    ProposalRefused,
    ProposalRenewed,
)
from trustdesk.decisions.history import notified
from trustdesk.decisions.models import Decision, Proposal, Restriction
from trustdesk.decisions.rules import PENDING, SUSPENDS
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import BarredFrom
from trustdesk.kernel.work.models import Barred
from trustdesk.kernel.work.rules.clock import Target

State = Proposal.State
_AT_ONCE = timedelta(0)
# What nobody confirmed ends by itself: no person decided it, and none was overturned.
WAITING = Actor(kind="rule", id="proposals", name="Proposals", handle="TrustDesk")


class Settled(Refusal):
    """This proposal is settled already."""

    code, status = "proposal_settled", 409


class Changed(Refusal):
    """Its author changed it since it was proposed, and what is there now is reviewed by itself: close this one."""

    code, status = "proposal_changed", 409


class RenewedAlready(Refusal):
    """The suspension was prolonged once already; that is all there is."""

    code, status = "renewed_already", 409


@action(right="proposals.decide")
def confirm(*, actor: Actor, proposal_id: UUID, now: datetime, words: str = "") -> UUID | None:
    """Agree to a proposal. The second of two different people makes it a decision, whose id is returned; None while another
    must still agree. `words` are internal. Raises NotFound, BarredFrom (who proposed it or agreed already), Settled,
    Forbidden (anyone but staff), Changed."""
    row, staff = _open(actor, proposal_id)
    _unchanged(row)
    if row.first_id is None:
        Proposal.objects.filter(id=row.id).update(first_id=staff, first_at=now)
        work.finish(actor=actor, work_id=row.work_id, now=now)
        work.reopen(
            actor=actor, work_id=row.work_id, now=now, reason="another person must agree", barred={staff: BARRED}
        )
        record(ProposalApproved(account=row.account_id, proposal=row.id, what=row.what), actor=actor, at=now)
        return None
    made = _carry_out(actor=actor, row=row, now=now)
    Proposal.objects.filter(id=row.id).update(
        second_id=staff,
        second_at=now,
        state=State.CONFIRMED,
        decision_id=made.id,
        words=said(words, needed=False),
        ended_by_id=staff,
        ended_at=now,
    )
    _done(actor=actor, row=row, now=now)
    record(
        ProposalConfirmed(
            account=row.account_id,
            proposal=row.id,
            item=row.item_id,
            what=row.what,
            decision=made.id,
            first=row.first_id,
            second=staff,
            words=words.strip(),
        ),
        actor=actor,
        at=now,
    )
    return made.id


@action(right="proposals.decide")
def refuse(*, actor: Actor, proposal_id: UUID, why: str, now: datetime) -> UUID:
    """Do not agree: the suspension ends and its reader is told; returns the decision that says so. It counts as overturned
    for whoever proposed it, person or rule. `why` is internal and needed. Raises NotFound, BarredFrom, Settled, Forbidden, Invalid (why)."""
    row, staff = _open(actor, proposal_id)
    reason = said(why, needed=True)
    made = _set_free(actor=actor, row=row, why=reason, opening=_disagreed, now=now)
    _overturned(actor=actor, row=row, by=made, why=reason, now=now)
    Proposal.objects.filter(id=row.id).update(state=State.REFUSED, words=reason, ended_by_id=staff, ended_at=now)
    _done(actor=actor, row=row, now=now)
    record(
        ProposalRefused(account=row.account_id, proposal=row.id, item=row.item_id, what=row.what, why=reason),
        actor=actor,
        at=now,
    )
    return made


@action(right="proposals.decide")
def close_changed(*, actor: Actor, proposal_id: UUID, now: datetime) -> None:
    """Close what is about an older version than is there now: nobody was right or wrong. What suspends stays until the newer
    one is judged, as for every version that follows a restricted one. Raises NotFound, BarredFrom, Settled, Forbidden,
    Invalid (it is as it was)."""
    row, _staff = _open(actor, proposal_id)
    if not _is_changed(row):
        raise Invalid("It is as it was when it was proposed: confirm or refuse it.")
    withdraw(actor=actor, row=row, why="its author changed it", now=now)


@action(right="-")
def take_back(*, actor: Actor, proposal_id: UUID, why: str, now: datetime) -> UUID:
    """Who proposed it takes it back: the suspension ends. Raises NotFound, Forbidden, Settled, Invalid (why)."""
    row = Proposal.objects.select_for_update().filter(id=proposal_id).first()
    if row is None:
        raise NotFound("There is no such proposal.")
    if actor.kind != "staff" or str(row.proposer_id) != actor.id:
        raise Forbidden("Only who proposed it can take it back.")
    if row.state != State.OPEN:
        raise Settled
    reason = said(why, needed=True)
    made = _set_free(actor=actor, row=row, why=reason, opening=_disagreed, now=now)
    withdraw(actor=actor, row=row, why=reason, now=now)
    return made


@action(right="proposals.decide")
def renew(*, actor: Actor, proposal_id: UUID, why: str, now: datetime) -> datetime:
    """Prolong the suspension by fourteen days, once, and tell its reader; returns until when. Who proposed it may not.
    Raises NotFound, BarredFrom, Settled, Changed, RenewedAlready, Invalid (why)."""
    row, staff = _open(actor, proposal_id)
    _unchanged(row)
    if row.renewal_id is not None:
        raise RenewedAlready
    reason = said(why, needed=True)
    until = row.suspended_until + PENDING
    made = _suspend_on(actor=actor, row=row, until=until, now=now)
    Proposal.objects.filter(id=row.id).update(suspended_until=until, renewal_id=made.id, renewed_by_id=staff)
    minutes = int((until - row.opened_at).total_seconds() // 60)
    work.retarget_clock(actor=actor, work_id=row.work_id, name=CLOCK, target=Target(minutes), now=now)
    record(
        ProposalRenewed(
            account=row.account_id, proposal=row.id, what=row.what, decision=made.id, until=until, why=reason
        ),
        actor=actor,
        at=now,
    )
    return until


def lapse_due(*, now: datetime, limit: int = 50) -> int:
    """Close what nobody confirmed until its suspension ended; returns how many. The worker calls it. What
    was suspended is free again and its reader told, once, whoever comes first: this or the end of the restriction."""
    due = Proposal.objects.filter(state=State.OPEN, suspended_until__lte=now).order_by("suspended_until")
    ids = list(due.values_list("id", flat=True)[:limit])
    return sum(_lapse(actor=SYSTEM, proposal_id=one, now=now) for one in ids) if ids else 0


def _lapse(*, actor: Actor, proposal_id: UUID, now: datetime) -> bool:
    try:
        _lapse_one(actor=actor, proposal_id=proposal_id, now=now)
    except Settled:  # somebody settled it at this moment
        return False
    return True


@action(right="-")
def _lapse_one(*, actor: Actor, proposal_id: UUID, now: datetime) -> None:
    row = Proposal.objects.select_for_update().get(id=proposal_id)
    if row.state != State.OPEN or row.suspended_until > now:
        raise Settled
    _set_free(actor=WAITING, row=row, why="nobody confirmed it in time", opening=_lapsed, now=now)
    Proposal.objects.filter(id=row.id).update(state=State.LAPSED, ended_at=now)
    work.cancel(actor=actor, work_id=row.work_id, now=now, reason="nobody confirmed it in time")
    record(
        ProposalLapsed(account=row.account_id, proposal=row.id, item=row.item_id, what=row.what), actor=actor, at=now
    )


def _open(actor: Actor, proposal_id: UUID) -> tuple[Proposal, UUID]:
    """The open proposal, locked, and who judges it: staff with the right in its market, and not barred from it."""
    row = Proposal.objects.select_for_update(of=("self",)).filter(id=proposal_id).select_related("work").first()
    if row is None:
        raise NotFound("There is no such proposal.")
    if actor.kind != "staff":
        raise Forbidden("Only people can confirm or refuse a proposal.")
    actor.require(RIGHT, market=row.work.market or None)
    if row.state != State.OPEN:
        raise Settled
    staff = UUID(actor.id)
    barred = Barred.objects.filter(work_id=row.work_id, staff_id=staff, until=None).first()
    if barred is not None or staff in {row.proposer_id, row.first_id}:
        raise BarredFrom(_("You cannot take this one: %(barred)s.") % {"barred": BARRED})
    return row, staff


def _done(*, actor: Actor, row: Proposal, now: datetime) -> None:
    work.fulfil_clock(actor=actor, work_id=row.work_id, name=CLOCK, now=now)
    work.finish(actor=actor, work_id=row.work_id, now=now)


def _grounds(row: Proposal) -> list[Ground]:
    return [
        Ground(policy=one["policy"], version=one["version"], clause=one["clause"], rule=one["rule"])
        for one in row.clauses
    ]


def _decide(*, actor: Actor, row: Proposal, outcome: str, now: datetime, **more: Any) -> Made:
    """A decision that restricts what the proposal is about, in effect at once, with the proposal's clauses and evidence."""
    more |= {
        "grounds": _grounds(row),
        "labels": row.labels,
        "evidence": row.evidence,
        "automated_detection": row.automated_detection,
        "noticed_at": row.opened_at,
        "rationale": row.why,
        "agreed": row.id,
    }
    if row.item_id is None:
        made = decide_account(actor=actor, account_id=row.account_id, outcome=outcome, now=now, window=_AT_ONCE, **more)
        _replace(actor=actor, row=row, by=made.id, now=now)
        return made
    version = row.version_no or 0
    more["restriction"] = more.pop("restrictions")[0]
    more["notified"] = bool(notified([row.suspension_id]))
    return decide(actor=actor, item_id=row.item_id, version=version, outcome=outcome, now=now, window=_AT_ONCE, **more)


def _replace(*, actor: Actor, row: Proposal, by: UUID, now: datetime) -> None:
    """What suspended the account ends with the decision that takes its place; an item's `decide` sees to it itself."""
    holding = [one for one in (row.suspension_id, row.renewal_id) if one]
    Decision.objects.filter(id__in=holding, superseded_by=None).update(superseded_by_id=by)
    ids = list(Restriction.objects.filter(decision_id__in=holding, lifted_at=None).values_list("id", flat=True))
    if ids:
        lift(actor=actor, restriction_ids=ids, why="a newer decision", by=by, at=now, now=now)


def _carry_out(*, actor: Actor, row: Proposal, now: datetime) -> Made:
    """What two people agreed on: the decision that takes the place of the suspension."""
    return _decide(
        actor=actor,
        row=row,
        outcome="remove",
        now=now,
        restrictions=[RestrictionSpec(row.what, tuple(row.markets))],
    )


def _suspend_on(*, actor: Actor, row: Proposal, until: datetime, now: datetime) -> Made:
    """The suspension as a new decision, until later; told as the first was."""
    spec = RestrictionSpec(SUSPENDS[row.what], tuple(row.markets), (until - now).total_seconds())
    return _decide(actor=actor, row=row, outcome="hold", now=now, restrictions=[spec])


def _set_free(*, actor: Actor, row: Proposal, why: str, opening: Callable[[], list[str]], now: datetime) -> UUID:
    """The suspension is over and its reader told, also where its author changed or withdrew what it is about."""
    old = Decision.objects.select_for_update().get(id=row.renewal_id or row.suspension_id)
    made = put_right(actor=actor, old=old, falling=[old.id], why=why, opening=opening, now=now).decision
    _replace(actor=actor, row=row, by=made.id, now=now)
    if row.item_id is not None:
        refresh_statuses(item_ids=[row.item_id], now=now)
    return made.id


def _overturned(*, actor: Actor, row: Proposal, by: UUID, why: str, now: datetime) -> None:
    """A refused proposal counts for whoever made it. What the ladder proposed says nothing of the rule that found the last
    breach."""
    Decision.objects.filter(id=by).update(reverses_id=row.suspension_id)
    old = Decision.objects.get(id=row.suspension_id)
    counted = row.origin in {"ladder", "zero_tolerance"}
    record(
        DecisionOverturned(
            item=old.item_id,
            decision=old.id,
            by=by,
            before=old.outcome,
            outcome="approve",
            policies=[{**clause, "rule": ""} if counted else clause for clause in old.clauses],
            decided_at=old.made_at,
            account=old.account_id,
            made_by=old.made_by,
            decider=row.proposed_by,
            reversal=True,
            why=why,
        ),
        actor=actor,
        at=now,
    )


def _is_changed(row: Proposal) -> bool:
    return row.item_id is not None and content.items([row.item_id])[row.item_id].version != row.version_no


def _unchanged(row: Proposal) -> None:
    if _is_changed(row):
        raise Changed


def _disagreed() -> list[str]:
    return [
        _("A second person on our team looked at it and did not agree that it should be final."),
        _("What was held back until then is free again."),
    ]


def _lapsed() -> list[str]:
    return [
        _("It needed a second person on our team to agree, and nobody did in time."),
        _("What was held back until then is free again."),
    ]
