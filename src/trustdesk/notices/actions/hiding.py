"""What trustworthy people report is hidden until somebody has looked, where a policy says so (`hide_reported`).

Only while a review is open, so that a person will see it; once for a version; never what a person has judged; and always
with an end. The review's decision replaces it, or lifts it where it takes nothing away.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.decisions.actions import Draft, Ground, RestrictionSpec
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.notices import rules
from trustdesk.notices.facts import ReportedHidden
from trustdesk.notices.models import Hiding, Notice
from trustdesk.policy import queries as policy


def hide_reported(*, item_id: UUID, now: datetime) -> bool:
    """Hide an item whose review is open, where its notices and a policy ask for that; was it hidden? Called in the
    transaction of the reactor that heard of the review."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices:hide:{item_id}"])
    item = content.items([item_id])[item_id]
    if item.hidden or item.status not in {"live", "limited", "in_review"}:
        return False
    for category in _reported_as(item):
        found = policy.hiding(kind=item.kind, market=item.market, family=category)
        if found is not None and not _judged(item, now=now):
            _hide(actor=SYSTEM, item=item, category=category, found=found, now=now)
            return True
    return False


def show_again(*, item_id: UUID, now: datetime) -> None:
    """Somebody has looked, or nobody will: what was hidden for its notices alone is shown."""
    hidden = list(Hiding.objects.filter(item_id=item_id).values_list("decision", flat=True))
    held = decided.running(hidden, now=now) if hidden else []
    if held:
        decisions.lift(actor=SYSTEM, restriction_ids=held, why="the review is over", by=None, at=now, now=now)
        decisions.refresh_statuses(item_ids=[item_id], now=now)


def _reported_as(item: content.ItemView) -> list[str]:
    """Categories in which trustworthy people reported the newest version and wait for an answer."""
    waiting = Notice.objects.filter(
        item_id=item.id, version=item.version, state=Notice.State.WAITING, independent=True
    ).order_by("id")
    by_category: dict[str, list[rules.Voice]] = {}
    for row in waiting[:200]:
        by_category.setdefault(row.category, []).append(rules.Voice(row.reporter_id, row.trusted, _trust(row)))
    return [category for category, voices in by_category.items() if rules.hides(voices)]


def _trust(row: Notice) -> rules.Trust:
    """How far its sender was believed when it came, as it was written down."""
    told = next((part for part in row.parts if part["name"] == "trust"), {"right": 0, "judged": 0})
    return rules.Trust(told["right"], told["judged"])


def _judged(item: content.ItemView, *, now: datetime) -> bool:
    """Has a person judged this version, or was it hidden for its notices before?"""
    if Hiding.objects.filter(item_id=item.id, version=item.version).exists():
        return True
    past = decided.of_items([item.id], now=now).get(item.id, [])
    return any(
        one.version == item.version and one.made_by != "rule" and one.state != "withdrawn" and not _beside(one.outcome)
        for one in past
    )


def _beside(outcome: str) -> bool:
    return outcome in {"educate", "flag"}


@action(right="-")
def _hide(*, actor: Actor, item: content.ItemView, category: str, found: policy.Hiding, now: datetime) -> None:
    draft = Draft(
        item=item,
        version=content.newest_versions([item.id])[item.id],
        account=content.accounts([item.account])[item.account],
        outcome="hold",
        grounds=(Ground(policy=found.code, version=found.version),),
        restrictions=(RestrictionSpec("disable", seconds=found.seconds),),
        labels=found.labels,
        evidence=(),
        actor=Actor(kind="rule", id=f"{found.code}/reported", name="reported", handle="TrustDesk"),
        status="held",
        hidden=True,
        automated_detection=False,
        noticed_at=now,
        notified=True,
        reported=True,
    )
    texts = policy.grounds([(found.code, found.version)])
    (made,) = decisions.commit(actor=actor, drafts=[draft], texts=texts, now=now)
    Hiding.objects.create(item_id=item.id, version=item.version, category=category, decision=made.id, hidden_at=now)
    decisions.refresh_statuses(item_ids=[item.id], now=now)
    record(
        ReportedHidden(
            item=item.id,
            decision=made.id,
            version=item.version,
            category=category,
            until=now + timedelta(seconds=found.seconds),
        ),
        actor=actor,
        at=now,
    )
