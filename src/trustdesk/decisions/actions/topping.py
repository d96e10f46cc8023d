"""The last step of a ladder, and zero tolerance: the end of an account is proposed, never made."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from trustdesk.decisions import ladder_words, ladders
from trustdesk.decisions.actions.proposing import propose
from trustdesk.decisions.drafts import Ground, RestrictionSpec
from trustdesk.decisions.folding import count
from trustdesk.decisions.models import Strike
from trustdesk.decisions.rules import PENDING
from trustdesk.kernel.people.actor import Actor

# What the ladder brings by itself is decided by software, and told so.
LADDER = Actor(kind="rule", id="ladder", name="Strike ladder", handle="TrustDesk")


def propose_due(*, decision_id: UUID, now: datetime, lasting: timedelta = PENDING) -> None:
    """A decision took effect: if it reached the last step, or a clause with zero tolerance, its account is suspended and the
    end of it proposed, once. Called by the reactor, and where what was proposed before fell (`recounting`)."""
    row = Strike.objects.filter(
        decision_id=decision_id, kind="strike", proposed_at=None, reversed_at=None, decision__withdrawn_at=None
    ).select_related("decision", "ladder")
    strike = row.first()
    if strike is None:
        return
    with transaction.atomic():
        ladders.lock([strike.account_id])
        stand = ladders.standing(ladders.rows_of([strike.account_id])[strike.account_id], now=now)
        counted = count(ladders.breach_of(one) for one in stand).get(decision_id)
        if counted is None or not counted.ends:
            return
        terms = ladders.terms_of(strike.ladder)
        step = terms.step(counted.number)
        here = step is not None and step.proposed and step.only_here and bool(strike.market)
        told = [
            *ladder_words.because(counted, clauses=1, zero_tolerance=strike.zero_tolerance),
            ladder_words.strikes(counted.number),
        ]
        propose(
            actor=LADDER,
            account_id=strike.account_id,
            restriction=RestrictionSpec("end_account", (strike.market,) if here else ()),
            grounds=[
                # Not the rule that found it: what the ladder proposes is not its word.
                Ground(policy=one["policy"], version=one["version"], clause=one["clause"])
                for one in strike.decision.clauses
            ],
            why="; ".join(told),
            origin="zero_tolerance" if strike.zero_tolerance else "ladder",
            labels=strike.decision.labels,
            evidence=strike.decision.evidence,
            automated_detection=strike.decision.automated_detection,
            noticed_at=strike.decision.made_at,
            cause=decision_id,
            lasting=lasting,
            now=now,
        )
        Strike.objects.filter(id=strike.id).update(proposed_at=now)
