"""What reports do when facts arrive: point several overturned decisions out to who owns their policy."""

from datetime import datetime

from django.urls import reverse

from trustdesk.decisions import queries as decisions
from trustdesk.decisions.facts import DecisionOverturned
from trustdesk.insights.overturned import LOOKED_BACK, TOLD_AT, key
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import actions as policy


@reacts_to(DecisionOverturned)
def point_out(*, fact: DecisionOverturned, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    """A letter when this was the third (the tenth, the thirtieth) on the same clause in thirty days. One at a time: each is
    counted once, and the count passes each number once."""
    recent = decisions.overturned(now=now, since=now - LOOKED_BACK)
    mine = next((one for one in recent if one.decision == fact.decision), None)
    if mine is None:  # of a version that was mended since, or taken back
        return
    if mine.before == "approve":  # nothing was done, and something is now: that points at no clause
        return
    policy_code, clause, rule = key(mine)
    # What was overturned up to this one: later ones have a fact of their own.
    count = sum(
        key(one) == key(mine)
        and one.before != "approve"
        and (one.overturned_at, one.by) <= (mine.overturned_at, mine.by)
        for one in recent
    )
    if policy_code and count in TOLD_AT:
        policy.tell_overturned(
            actor=SYSTEM,
            code=policy_code,
            clause=clause,
            rule=rule,
            count=count,
            days=LOOKED_BACK.days,
            url=f"{reverse('insights:overturned')}?policy={policy_code}",
            now=now,
        )
