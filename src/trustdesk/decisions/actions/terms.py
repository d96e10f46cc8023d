"""Changing a ladder: one person drafts, another puts it in force. What was counted under the old one stays as it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.decisions.facts import LadderApproved, LadderDrafted
from trustdesk.decisions.ladders import forget_ladders
from trustdesk.decisions.models import LadderVersion
from trustdesk.decisions.terms import BadTerms, parse
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import markets


@action(right="policy.edit")
def draft_ladder(*, actor: Actor, market: str, terms: Mapping[str, Any], note: str, now: datetime) -> UUID:
    """Draft the next version of a market's ladder ("": of every market without its own), or change the draft that is there;
    who changed it last has drafted it. Raises Invalid naming each part that is wrong."""
    fields: dict[str, str] = {}
    if market and market not in markets():
        fields["market"] = "There is no such market."
    if not note.strip():
        fields["note"] = "Say what changes and why."
    elif len(note) > 300:
        fields["note"] = "At most 300 characters."
    try:
        parse(terms)
    except BadTerms as bad:
        fields |= bad.fields
    if fields:
        raise Invalid("This cannot be a ladder.", fields=fields)
    mine = LadderVersion.objects.select_for_update().filter(market=market)
    draft = mine.filter(state="draft").first()
    if draft is None:
        newest = mine.order_by("-number").values_list("number", flat=True).first() or 0
        draft = LadderVersion(market=market, number=newest + 1, state="draft")
    draft.terms, draft.note = dict(terms), note.strip()
    draft.drafted_by, draft.drafted_at = actor.label, now
    draft.save()
    record(LadderDrafted(ladder=draft.id, market=market, number=draft.number, terms=draft.terms), actor=actor, at=now)
    return draft.id


@action(right="policy.approve")
def approve_ladder(*, actor: Actor, ladder_id: UUID, now: datetime) -> None:
    """Put a draft in force: from now on breaches are counted by it. Raises NotFound, Forbidden for who drafted it."""
    draft = LadderVersion.objects.select_for_update().filter(id=ladder_id, state="draft").first()
    if draft is None:
        raise NotFound("There is no such draft.")
    if draft.drafted_by == actor.label:
        raise Forbidden("Another person than who drafted it puts it in force.")
    before = LadderVersion.objects.filter(market=draft.market, state="live").first()
    LadderVersion.objects.filter(market=draft.market, state="live").update(state="retired")
    draft.state, draft.approved_by, draft.live_from = "live", actor.label, now
    draft.save()
    forget_ladders()
    record(
        LadderApproved(
            ladder=draft.id, market=draft.market, number=draft.number, replaces=before.number if before else 0
        ),
        actor=actor,
        at=now,
    )
