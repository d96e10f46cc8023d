"""A call that no exchange told of, written down by whoever had it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.calls import rules
from trustdesk.calls.facts import CallLogged
from trustdesk.calls.models import Call
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import actions as cases
from trustdesk.support import queries as support


@action(right="support.answer")
def log_call(
    *,
    actor: Actor,
    case_id: UUID,
    direction: str,
    minutes: int,
    outcome: str,
    now: datetime,
    note: str = "",
    number: str = "",
) -> UUID:
    """Write down a call about a case, which ended just now. Who was reached has had an answer. Raises NoSuchCase, CaseClosed,
    CaseMergedAway, Invalid (direction, minutes, outcome, note, number)."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=actor, right="support.answer"):
        raise cases.NoSuchCase
    wrong = {}
    if direction not in rules.DIRECTIONS:
        wrong["direction"] = "Choose one from the list."
    if outcome not in rules.OUTCOMES:
        wrong["outcome"] = "Choose one from the list."
    if not 0 <= minutes <= rules.LONGEST_CALL.total_seconds() / 60:
        wrong["minutes"] = "Between 0 minutes and 12 hours."
    if len(note) > rules.LONGEST_NOTE:
        wrong["note"] = "At most 4,000 characters."
    market = people.markets().get(case.market)
    found = rules.number_of(number, market.code if market and rules.is_region(market.code) else "")
    if number.strip() and not found.e164:
        wrong["number"] = "This is no telephone number. Begin with + and the country."
    if wrong:
        raise Invalid("Something in what was sent needs mending.", fields=wrong)
    began = now - timedelta(minutes=minutes)
    row = Call(
        direction=direction,
        state="ended",
        number=found.e164,
        case_id=case.id,
        staff_id=UUID(actor.id) if actor.kind == "staff" else None,
        market=case.market,
        queue=case.queue,
        began_at=began,
        answered_at=began if outcome == "reached" else None,
        ended_at=now,
        heard_at=now,
        outcome=outcome,
        note=note.replace("\0", "\ufffd").strip(),
    )
    row.save(force_insert=True)
    if outcome == "reached":
        cases.talked(actor=actor, case_id=case.id, now=now)
    if row.note:
        cases.note(actor=actor, case_id=case.id, text=_("Call: %(note)s") % {"note": row.note}, now=now)
    record(
        CallLogged(case=case.id, call=row.id, direction=direction, outcome=outcome, minutes=minutes, note=row.note),
        actor=actor,
        at=now,
    )
    return row.id
