"""Who appeals again and again without any ground is warned, then paused for a while: never without four facts on record."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.appeals import letters, queries, rules
from trustdesk.appeals.facts import MisusePaused, MisuseWarned
from trustdesk.appeals.models import Misuse
from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor

LACKS = {
    "number": "fewer than three appeals without any ground in a year",
    "share": "less than half of the appeals were without any ground",
    "gravity": "say what harm it did",
    "warning": "nobody has warned the account",
    "since_warning": "nothing has come since the warning",
}


class FactsLacking(Refusal):
    """The facts for this are not on record."""

    code, status = "facts_lacking", 409


@action(right="appeals.manage")
def warn_misuse(*, actor: Actor, account_id: UUID, now: datetime) -> UUID:
    """Warn an account that its appeals are frequently without any ground, with the numbers; it is told by letter. Raises
    NotFound, FactsLacking."""
    account = content.accounts([account_id]).get(account_id)
    if account is None:
        raise NotFound("There is no such account.")
    counted = queries.record_of(account_id, now=now)
    if not counted.frequent:
        raise FactsLacking(
            gettext("%(unfounded)s of %(decided)s appeals in a year are not frequent misuse.")
            % {"unfounded": counted.unfounded, "decided": counted.decided}
        )
    row = Misuse.objects.create(
        account_id=account_id,
        decided=counted.decided,
        unfounded=counted.unfounded,
        warned_at=now,
        staff_id=UUID(actor.id),
    )
    letters.tell_warned(
        actor=actor, account=account, misuse=row.id, unfounded=counted.unfounded, decided=counted.decided, now=now
    )
    record(
        MisuseWarned(account=account_id, misuse=row.id, unfounded=counted.unfounded, decided=counted.decided),
        actor=actor,
        at=now,
    )
    return row.id


@action(right="appeals.manage")
def pause_misuse(*, actor: Actor, account_id: UUID, gravity: str, days: int, now: datetime) -> UUID:
    """Take no appeals of an account for a while; its time to appeal moves on by it. Needs the number and share of appeals
    without any ground, how grave it was, and a warning after which it went on. Raises Invalid, NotFound, FactsLacking (names
    what lacks)."""
    if not 1 <= days <= rules.LONGEST_PAUSE_DAYS:
        told = gettext("Between 1 and %(n)s days.") % {"n": rules.LONGEST_PAUSE_DAYS}
        raise Invalid(told, fields={"days": told})
    account = content.accounts([account_id]).get(account_id)
    if account is None:
        raise NotFound("There is no such account.")
    counted = queries.record_of(account_id, now=now)
    row = Misuse.objects.select_for_update().filter(account_id=account_id).order_by("-id").first()
    warned = row is not None and row.paused_at is None
    since = queries.record_of(account_id, now=now, since=row.warned_at).unfounded if row is not None and warned else 0
    lacking = rules.lacking_for_pause(counted, gravity=gravity, warned=warned, since_warning=since)
    if row is None or lacking:
        raise FactsLacking("; ".join(LACKS[one] for one in lacking).capitalize() + ".", lacking=list(lacking))
    until = now + timedelta(days=days)
    Misuse.objects.filter(id=row.id, paused_at=None).update(
        decided=counted.decided,
        unfounded=counted.unfounded,
        gravity=gravity.strip()[:2000],
        paused_at=now,
        paused_until=until,
        staff_id=UUID(actor.id),
    )
    letters.tell_paused(actor=actor, account=account, misuse=row.id, until=until, now=now)
    record(
        MisusePaused(
            account=account_id,
            misuse=row.id,
            unfounded=counted.unfounded,
            decided=counted.decided,
            gravity=gravity.strip()[:2000],
            warned_at=row.warned_at,
            until=until,
        ),
        actor=actor,
        at=now,
    )
    return row.id
