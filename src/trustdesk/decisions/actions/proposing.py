"""Proposing what ends an account or a service: suspended meanwhile, until two people agree or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.decisions.actions.accounts import decide_account
from trustdesk.decisions.actions.pending import Asked, open_proposal, origin_of, said
from trustdesk.decisions.drafts import Ground, RestrictionSpec
from trustdesk.decisions.facts import ProposalRepeated
from trustdesk.decisions.models import Decision, Proposal
from trustdesk.decisions.rules import PENDING, SUSPENDS, TERMINATIONS
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import markets

AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Proposed:
    """A proposal that waits for people: what holds meanwhile, and until when. `new`: it was opened by this call."""

    id: UUID
    suspension: UUID
    until: datetime
    new: bool


@action(right="-")
def propose(
    *,
    actor: Actor,
    account_id: UUID,
    restriction: RestrictionSpec,
    grounds: Sequence[Ground],
    why: str,
    now: datetime,
    origin: str = "",
    labels: Sequence[str] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    automated_detection: bool = False,
    noticed_at: datetime | None = None,
    author_note: str = "",
    cause: UUID | None = None,
    window: timedelta = AT_ONCE,
    lasting: timedelta = PENDING,
) -> Proposed:
    """Propose to end an account or a service (`restriction`: end_account or end_service, its markets; its length is not
    asked). Suspends for fourteen days, told as pending, and opens work that two different people must agree on: who
    proposes is the first of them, if it is a member of staff. `origin`: ladder or zero_tolerance, else by the actor's kind.
    `cause`: the decision it comes from; an undo of that takes the proposal back, so its `window` is given, too. `lasting`:
    for how long it suspends, where some of the time was served already.

    Proposed again while it waits, it is noted and the open one returned. The caller has asked for its own right. Raises
    NotFound, Invalid, IncompleteStatement.
    """
    account = content.accounts([account_id]).get(account_id)
    if account is None or (actor.source and actor.source != account.source):
        raise NotFound("There is no such account.")
    if restriction.kind not in TERMINATIONS:
        raise Invalid(
            "Only what ends is proposed.",
            fields={"restriction": gettext("One of %(options)s.") % {"options": ", ".join(TERMINATIONS)}},
        )
    reason = said(why, needed=True)
    if not grounds:
        raise Invalid("Choose the clause this rests on.", fields={"clause": "Choose the clause this rests on."})
    with connection.cursor() as cursor:  # who proposes it at the same moment finds it open
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"proposal:{account_id}"])
    clauses = tuple(f"{ground.policy} {ground.clause}".strip() for ground in grounds)
    waits = Proposal.objects.filter(
        account_id=account_id, item=None, what=restriction.kind, state=Proposal.State.OPEN
    ).first()
    if waits is not None:
        record(
            ProposalRepeated(account=account_id, proposal=waits.id, what=waits.what, clauses=clauses, why=reason),
            actor=actor,
            at=now,
        )
        return Proposed(id=waits.id, suspension=waits.suspension_id, until=waits.suspended_until, new=False)
    number = uuid7()
    until = now + lasting
    made = decide_account(
        actor=actor,
        account_id=account_id,
        outcome="hold",
        grounds=grounds,
        restrictions=[
            RestrictionSpec(SUSPENDS[restriction.kind], restriction.markets, (lasting - window).total_seconds())
        ],
        labels=labels,
        evidence=evidence,
        automated_detection=automated_detection,
        noticed_at=noticed_at,
        rationale=reason,
        author_note=author_note,
        window=window,
        cause=cause,
        agreed=number,
        now=now,
    )
    open_proposal(
        actor=actor,
        asked=Asked(
            id=number,
            what=restriction.kind,
            account=account_id,
            clauses=Decision.objects.values_list("clauses", flat=True).get(id=made.id),
            why=reason,
            suspension=made.id,
            until=until,
            origin=origin or origin_of(actor),
            markets=restriction.markets,
            labels=tuple(labels),
            evidence=evidence,
            automated_detection=automated_detection,
            cause=cause,
            subject_line=account.name or account.external_id,
            market=account.country if account.country in markets() else "",
            language=account.language,
        ),
        now=now,
    )
    return Proposed(id=number, suspension=made.id, until=until, new=True)
