"""What nobody does alone waits: what holds meanwhile, and the proposal that two people judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from trustdesk.decisions.drafts import Draft, RestrictionSpec
from trustdesk.decisions.facts import ProposalMade, ProposalWithdrawn
from trustdesk.decisions.models import Proposal
from trustdesk.decisions.rules import PENDING, TERMINATIONS
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Queue
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.policy.queries import Grounds

KIND = "proposal"
QUEUE = "proposals"
CLOCK = "confirm"
RIGHT = "proposals.decide"
BARRED = "you proposed it or agreed to it already"
# The desk is warned three days before a suspension would end.
WARN_MINUTES = 3 * 24 * 60
LONGEST = 4_000
_SCORES = {"end_account": 3.0, "end_service": 2.0, "remove": 1.0}


class NotAlone(Forbidden):
    """Nobody ends an account or a service alone: it is proposed, and another person confirms it."""

    code = "needs_two_people"


class ProposedAlready(Refusal):
    """This is proposed already and waits for another person."""

    code, status = "proposed_already", 409


@dataclass(frozen=True)
class Asked:
    """A proposal about to be opened, with the id its suspension names: `what` it would bring, about whom, on which clauses ([{policy, version, clause, rule,
    title}]), the decision that suspends meanwhile and until when."""

    id: UUID
    what: str
    account: UUID
    clauses: Sequence[Mapping[str, Any]]
    why: str
    suspension: UUID
    until: datetime
    origin: str
    item: UUID | None = None
    version_no: int | None = None
    markets: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    evidence: Sequence[Mapping[str, Any]] = ()
    automated_detection: bool = False
    cause: UUID | None = None
    subject_line: str = ""
    market: str = ""
    language: str = ""


def held_back(draft: Draft, texts: Grounds, *, window: timedelta) -> Draft:
    """The draft as one person, a rule or a key may make it: a removal under a policy that asks for two people is a hold
    until another has agreed. Raises NotAlone for what ends an account or a service without two people's word."""
    if draft.agreed is not None:
        return draft
    if any(spec.kind in TERMINATIONS for spec in draft.restrictions):
        raise NotAlone
    asks = draft.outcome == "remove" and draft.item is not None and not draft.imported
    if not asks or not any(texts.get(ground.policy, ground.version).two_people for ground in draft.grounds):
        return draft
    seconds = (PENDING - window).total_seconds()
    return replace(
        draft,
        outcome="hold",
        restrictions=(RestrictionSpec("disable", seconds=seconds),),
        status="held",
        hidden=True,
        agreed=uuid7(),
        proposes="remove",
    )


def said(words: str, *, needed: bool) -> str:
    """Words that people typed, trimmed. Raises Invalid."""
    words = words.strip()
    if needed and not words:
        raise Invalid("Say why.", fields={"why": "Say why, in a sentence or two."})
    if len(words) > LONGEST:
        raise Invalid(
            "That is too long.",
            fields={"why": gettext("At most %(n)s characters.") % {"n": f"{LONGEST:,}"}},
        )
    return words


def origin_of(actor: Actor) -> str:
    """Who proposes, in one word: person, rule or key."""
    return {"staff": "person", "key": "key"}.get(actor.kind, "rule")


@action(right="-")
def open_proposal(*, actor: Actor, asked: Asked, now: datetime) -> Proposal:
    """Open the work of a second person, or of two where no member of staff proposed it. Raises ProposedAlready."""
    proposer = UUID(actor.id) if actor.kind == "staff" else None
    _line(now)
    work_id = work.open_work(
        actor=actor,
        kind=KIND,
        queue=QUEUE,
        lane=3,
        score=_SCORES[asked.what],
        now=now,
        subject_line=asked.subject_line,
        category=asked.what,
        language=asked.language,
        market=asked.market,
        barred={proposer: BARRED} if proposer else None,
    )
    minutes = int((asked.until - now).total_seconds() // 60)
    work.start_clock(
        actor=actor, work_id=work_id, name=CLOCK, target=Target(minutes), warn_minutes=WARN_MINUTES, now=now
    )
    row = Proposal(
        id=asked.id,
        work_id=work_id,
        account_id=asked.account,
        item_id=asked.item,
        version_no=asked.version_no,
        what=asked.what,
        markets=list(asked.markets),
        clauses=[dict(clause) for clause in asked.clauses],
        labels=list(asked.labels),
        evidence=[dict(span) for span in asked.evidence],
        automated_detection=asked.automated_detection,
        why=asked.why.strip(),
        origin=asked.origin,
        proposed_by=actor.label,
        proposer_id=proposer,
        first_id=proposer,
        first_at=now if proposer else None,
        cause=asked.cause,
        suspension_id=asked.suspension,
        suspended_until=asked.until,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ProposedAlready from error
    record(
        ProposalMade(
            account=asked.account,
            proposal=row.id,
            item=asked.item,
            what=asked.what,
            origin=asked.origin,
            clauses=tuple(f"{clause['policy']} {clause['clause']}".strip() for clause in asked.clauses),
            suspension=asked.suspension,
            until=asked.until,
            why=row.why,
        ),
        actor=actor,
        at=now,
    )
    return row


def propose_drafts(
    *, drafts: Sequence[Draft], clauses: Mapping[UUID, Sequence[Mapping[str, Any]]], now: datetime
) -> None:
    """Open a proposal for each draft that was held back, in the transaction that wrote it; `clauses` by decision. A
    proposal about an older decision of the item ends: this one is about what is there now."""
    for draft in drafts:
        if not draft.proposes or draft.item is None or draft.agreed is None:
            continue
        for older in Proposal.objects.select_for_update().filter(item_id=draft.item.id, state=Proposal.State.OPEN):
            withdraw(actor=draft.actor, row=older, why="proposed anew", now=now)
        titles = ", ".join(str(one["title"]) for one in clauses[draft.id])
        open_proposal(
            actor=draft.actor,
            asked=Asked(
                id=draft.agreed,
                what=draft.proposes,
                account=draft.account.id,
                clauses=clauses[draft.id],
                why=draft.rationale.strip() or titles,
                suspension=draft.id,
                until=now + PENDING,
                origin=origin_of(draft.actor),
                item=draft.item.id,
                version_no=draft.version_no,
                labels=draft.labels,
                evidence=draft.evidence,
                automated_detection=draft.automated_detection,
                subject_line=draft.item.title or draft.item.external_id,
                market=draft.item.market,
                language=draft.item.language,
            ),
            now=now,
        )


@action(right="-")
def withdraw(*, actor: Actor, row: Proposal, why: str, now: datetime) -> None:
    """End an open proposal because what it is about is over; what suspends is the caller's business. Row locked."""
    Proposal.objects.filter(id=row.id).update(
        state=Proposal.State.WITHDRAWN,
        words=why,
        ended_at=now,
        ended_by_id=UUID(actor.id) if actor.kind == "staff" else None,
    )
    work.cancel(actor=actor, work_id=row.work_id, now=now, reason=why)
    record(ProposalWithdrawn(account=row.account_id, proposal=row.id, what=row.what, why=why), actor=actor, at=now)


def withdraw_over(*, actor: Actor, account: UUID, item: UUID | None, now: datetime) -> None:
    """End what is proposed about an item (None: the account itself) that was judged anew, by a decision that took the
    suspension's place. Facts come more than once: what is not over stays."""
    asked = {"item_id": item} if item else {"account_id": account, "item": None}
    rows = Proposal.objects.select_for_update(of=("self",)).filter(**asked, state=Proposal.State.OPEN)
    for row in rows.select_related("suspension__superseded_by", "renewal__superseded_by"):
        after = (row.renewal or row.suspension).superseded_by
        if after is not None and after.effective_at <= now:
            withdraw(actor=actor, row=row, why="a newer decision took its place", now=now)


def withdraw_gone(*, actor: Actor, item: UUID, now: datetime) -> None:
    """End what is proposed about an item that its author withdrew."""
    for row in Proposal.objects.select_for_update().filter(item_id=item, state=Proposal.State.OPEN):
        withdraw(actor=actor, row=row, why="its author withdrew it", now=now)


def withdraw_undone(*, actor: Actor, decision: UUID, now: datetime) -> list[UUID]:
    """A decision was taken back in time: what it proposed is, too. Returns the suspensions that came with it and are to be
    taken back as well."""
    asked = Q(suspension_id=decision) | Q(cause=decision)
    suspensions = []
    for row in Proposal.objects.select_for_update(of=("self",)).filter(asked, state=Proposal.State.OPEN):
        withdraw(actor=actor, row=row, why="taken back", now=now)
        if row.suspension_id != decision:
            suspensions.append(row.suspension_id)
    return suspensions


def _line(now: datetime) -> None:
    """The queue of proposals, made when first needed. Nothing is dealt from it: people take what they have read."""
    if not Queue.objects.filter(code=QUEUE).exists():
        work.set_queue(actor=SYSTEM, code=QUEUE, name="Proposals", right=RIGHT, kinds=[KIND], is_open=False, now=now)
