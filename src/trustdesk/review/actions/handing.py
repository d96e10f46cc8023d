"""A review is handed over to another team: with what is known of it, and back into the hands of who asked."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.escalations import actions as escalations
from trustdesk.escalations.actions import Gathered
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.review import queries
from trustdesk.review.actions.asking import go_on
from trustdesk.review.actions.taking import find

EXCERPT = 600


@action(right="escalations.send")
def escalate(
    *, actor: Actor, review_id: UUID, team: str, severity: str, reason: str, link: str, now: datetime, area: str = ""
) -> UUID:
    """Hand a claimed review over with the facts that its page shows. Raises NotFound, Invalid, ClaimLost, AskedAlready."""
    sheet = queries.sheet(review_id, actor=actor, now=now)
    if sheet is None:
        raise NotFound("There is no such review.")
    return escalations.escalate(
        actor=actor,
        about=sheet.review.work,
        team=team,
        severity=severity,
        reason=reason,
        subject=sheet.item.title or sheet.item.external_id,
        gathered=gathered(sheet),
        link=link,
        area=area,
        now=now,
    )


def gathered(sheet: queries.Sheet) -> list[Gathered]:
    """What is known, in English: the team may speak another language than who asks. Hidden parts stay hidden."""
    with override("en"):
        known = [
            Gathered(_("Title"), sheet.version.title, personal=True),
            Gathered(_("Text"), sheet.version.body[:EXCERPT], personal=True),
            Gathered(_("Kind"), sheet.item.kind),
            Gathered(_("Market"), sheet.item.market),
            Gathered(_("Account"), sheet.account.name or sheet.account.external_id, personal=True),
            Gathered(_("Address"), sheet.item.url, personal=True),
            Gathered(
                _("Rules"), ", ".join(dict.fromkeys(f"{hit['policy']} / {hit['rule']}" for hit in sheet.verdict.hits))
            ),
            Gathered(
                _("Earlier decisions"),
                ", ".join(one.outcome for one in (*sheet.decisions, *sheet.account_decisions)[:5]),
            ),
        ]
    return [one for one in known if one.value]


@action(right="review.decide")
def take_up(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Take a review up again that one handed over or put aside. Raises NotFound, BarredFrom, AlreadyClaimed, NotWaiting."""
    review = find(review_id)
    work.take_up(actor=actor, work_id=review.work_id, now=now)
    go_on(actor=actor, review=review, now=now)
