"""Facts of other slices become events for other systems.

A payload is made from its fact alone and is complete enough to act on without a call back. Internal notes and staff are
left out: a platform learns what was decided, on which grounds and whether by a machine.
"""

from datetime import datetime
from uuid import UUID

from trustdesk.appeals.facts import AppealDecided, AppealOpened
from trustdesk.decisions.facts import (
    AccountDecided,
    AccountRestricted,
    AccountRestrictionChanged,
    AccountRestrictionLifted,
    DecisionMade,
    RestrictionApplied,
    RestrictionLifted,
    StrikeCounted,
    StrikeExpired,
    StrikeRecounted,
    StrikeReversed,
)
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.notices.facts import NoticeDecided, NoticeReceived
from trustdesk.policy.facts import PolicyPublished, PolicyRolledBack, RuleBraked
from trustdesk.review.facts import EvidenceAsked
from trustdesk.screening.facts import ItemScreened
from trustdesk.support.facts import CaseOpened, CaseReplied, CaseResolved
from trustdesk.webhooks.actions import queue_event
from trustdesk.webhooks.reactors.cases import case_opened, case_replied, case_resolved
from trustdesk.webhooks.reactors.payloads import (
    Payload,
    account_changed,
    account_decided,
    account_lifted,
    account_restricted,
    decision_made,
    item_screened,
    policy_published,
    policy_rolled_back,
    restriction_applied,
    restriction_lifted,
    rule_braked,
    strike_changed,
)
from trustdesk.webhooks.reactors.redress import (
    appeal_decided,
    appeal_opened,
    evidence_asked,
    notice_decided,
    notice_received,
)


@reacts_to(ItemScreened)
def tell_screened(*, fact: ItemScreened, envelope: Envelope, now: datetime) -> None:
    _queue("item.screened", item_screened(fact), fact.source, envelope, now)


@reacts_to(DecisionMade)
def tell_decided(*, fact: DecisionMade, envelope: Envelope, now: datetime) -> None:
    """Imported decisions too: a platform with several receivers wants each of them to know."""
    _queue("decision.made", decision_made(fact), fact.source, envelope, now)


@reacts_to(RestrictionApplied)
def tell_restricted(*, fact: RestrictionApplied, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.applied", restriction_applied(fact), fact.source, envelope, now)


@reacts_to(RestrictionLifted)
def tell_lifted(*, fact: RestrictionLifted, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.lifted", restriction_lifted(fact), fact.source, envelope, now)


@reacts_to(AccountDecided)
def tell_account_decided(*, fact: AccountDecided, envelope: Envelope, now: datetime) -> None:
    _queue("decision.made", account_decided(fact), fact.source, envelope, now)


@reacts_to(AccountRestricted)
def tell_account_restricted(*, fact: AccountRestricted, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.applied", account_restricted(fact), fact.source, envelope, now)


@reacts_to(AccountRestrictionChanged)
def tell_account_changed(*, fact: AccountRestrictionChanged, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.changed", account_changed(fact), fact.source, envelope, now)


@reacts_to(AccountRestrictionLifted)
def tell_account_lifted(*, fact: AccountRestrictionLifted, envelope: Envelope, now: datetime) -> None:
    _queue("restriction.lifted", account_lifted(fact), fact.source, envelope, now)


@reacts_to(StrikeCounted)
def tell_counted(*, fact: StrikeCounted, envelope: Envelope, now: datetime) -> None:
    _queue("strike.changed", strike_changed(fact, "counted"), fact.source, envelope, now)


@reacts_to(StrikeRecounted)
def tell_recounted(*, fact: StrikeRecounted, envelope: Envelope, now: datetime) -> None:
    _queue("strike.changed", strike_changed(fact, "recounted"), fact.source, envelope, now)


@reacts_to(StrikeReversed)
def tell_reversed(*, fact: StrikeReversed, envelope: Envelope, now: datetime) -> None:
    if not fact.undone:
        _queue("strike.changed", strike_changed(fact, "reversed"), fact.source, envelope, now)


@reacts_to(StrikeExpired)
def tell_expired(*, fact: StrikeExpired, envelope: Envelope, now: datetime) -> None:
    _queue("strike.changed", strike_changed(fact, "expired"), fact.source, envelope, now)


@reacts_to(AppealOpened)
def tell_appealed(*, fact: AppealOpened, envelope: Envelope, now: datetime) -> None:
    _queue("appeal.opened", appeal_opened(fact), fact.source, envelope, now)


@reacts_to(AppealDecided)
def tell_appeal_decided(*, fact: AppealDecided, envelope: Envelope, now: datetime) -> None:
    _queue("appeal.decided", appeal_decided(fact), fact.source, envelope, now)


@reacts_to(EvidenceAsked)
def tell_evidence_asked(*, fact: EvidenceAsked, envelope: Envelope, now: datetime) -> None:
    _queue("evidence.asked", evidence_asked(fact), fact.source, envelope, now)


@reacts_to(NoticeReceived)
def tell_noticed(*, fact: NoticeReceived, envelope: Envelope, now: datetime) -> None:
    _queue("notice.received", notice_received(fact), fact.source, envelope, now)


@reacts_to(NoticeDecided)
def tell_notice_decided(*, fact: NoticeDecided, envelope: Envelope, now: datetime) -> None:
    _queue("notice.decided", notice_decided(fact), fact.source, envelope, now)


@reacts_to(CaseOpened)
def tell_case_opened(*, fact: CaseOpened, envelope: Envelope, now: datetime) -> None:
    _queue("case.opened", case_opened(fact), fact.source, envelope, now, of_person=True)


@reacts_to(CaseReplied)
def tell_case_replied(*, fact: CaseReplied, envelope: Envelope, now: datetime) -> None:
    _queue("case.replied", case_replied(fact), fact.source, envelope, now, of_person=True)


@reacts_to(CaseResolved)
def tell_case_resolved(*, fact: CaseResolved, envelope: Envelope, now: datetime) -> None:
    _queue("case.resolved", case_resolved(fact), fact.source, envelope, now, of_person=True)


@reacts_to(PolicyPublished)
def tell_published(*, fact: PolicyPublished, envelope: Envelope, now: datetime) -> None:
    _queue("policy.published", policy_published(fact), None, envelope, now)


@reacts_to(PolicyRolledBack)
def tell_rolled_back(*, fact: PolicyRolledBack, envelope: Envelope, now: datetime) -> None:
    _queue("policy.published", policy_rolled_back(fact), None, envelope, now)


@reacts_to(RuleBraked)
def tell_braked(*, fact: RuleBraked, envelope: Envelope, now: datetime) -> None:
    _queue("rule.braked", rule_braked(fact), None, envelope, now)


def _queue(
    event: str, payload: Payload, source: UUID | None, envelope: Envelope, now: datetime, *, of_person: bool = False
) -> None:
    # The event is dated when it happened; it is sent as soon as the undo window let the fact through.
    queue_event(
        type=event,
        payload=payload,
        source=source,
        cause=envelope.fact_id,
        at=envelope.at,
        now=now,
        of_person=of_person,
    )
