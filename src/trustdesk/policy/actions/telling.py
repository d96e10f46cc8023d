"""Telling the people who answer for a rule that it was braked, or that several decisions by it were overturned."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import ApiKey
from trustdesk.kernel.people.queries import StaffView, staff_by_id
from trustdesk.policy.models import PolicyVersion, Probation, State
from trustdesk.policy.queries.rulesets import live_content
from trustdesk.post.actions import write_letter


def tell_owner(*, actor: Actor, code: str, rule: str, number: int, minutes: float, now: datetime) -> None:
    """A letter to each person who answers for the rule; the system's own packs have nobody to tell."""
    row = (
        Probation.objects.filter(policy=code, rule=rule, version=number, braked_at__isnull=False)
        .order_by("-braked_at")
        .first()
    )
    if row is None:
        return
    people = answerable(row.authors)
    if people:
        _write(actor=actor, row=row, people=people, minutes=minutes, now=now)


def answerable(authors: Sequence[str]) -> list[StaffView]:
    """The people behind actor labels: themselves, or who made the API key. Those who left are left out."""
    labels = set(authors)
    keys = [label.partition(":")[2] for label in labels if label.startswith("key:")]
    if keys:
        labels |= set(ApiKey.objects.filter(id__in=keys).values_list("made_by", flat=True))
    staff = sorted(label.partition(":")[2] for label in labels if label.startswith("staff:"))
    found = [staff_by_id(UUID(ident)) for ident in staff]
    return [person for person in found if person is not None and person.active]


@action(right="-")
def _write(*, actor: Actor, row: Probation, people: Sequence[StaffView], minutes: float, now: datetime) -> None:
    title_of = {entry.code: entry.document.title for entry in live_content().policies}
    for person in people:
        with translation.override(person.language):
            title = _("The rule %(rule)s lost its power to act") % {"rule": row.rule}
            figures = {
                "minutes": f"{minutes:g}",
                "acted": row.braked_acted,
                "seen": row.braked_seen,
                "policy": title_of.get(row.policy, row.policy),
            }
            paragraphs = [
                _(
                    "Within %(minutes)s minutes it was about to act on %(acted)s of %(seen)s items, more than a young rule may (“%(policy)s”)."
                )
                % figures,
                _(
                    "It goes on recording; what it would have done becomes a review. If it is right, another person releases it. If it is not, publish a better version or roll back."
                ),
            ]
        write_letter(
            actor=actor,
            to=person.email,
            kind="alert",
            languages=[person.language],
            values={
                "name": person.name,
                "title": title,
                "paragraphs": paragraphs,
                "url": f"{settings.PUBLIC_URL.rstrip('/')}{reverse('policy:rules')}?state=braked",
            },
            about=f"rule {row.policy}/{row.rule}",
            now=now,
        )


def tell_overturned(
    *, actor: Actor, code: str, clause: str, rule: str, count: int, days: int, url: str, now: datetime
) -> None:
    """A letter to each person who wrote or approved what is in force of this policy: several decisions that rest on one
    clause were overturned. The system's own packs have nobody to tell; the page “Overturned” tells it all the same. `url`: the path of what tells more."""
    row = PolicyVersion.objects.filter(policy__code=code, state=State.LIVE).first()
    people = answerable([row.author, row.approver]) if row is not None else []
    if people:
        _write_overturned(
            actor=actor, code=code, clause=clause, rule=rule, people=people, count=count, days=days, url=url, now=now
        )


@action(right="-")
def _write_overturned(
    *,
    actor: Actor,
    code: str,
    clause: str,
    rule: str,
    people: Sequence[StaffView],
    count: int,
    days: int,
    url: str,
    now: datetime,
) -> None:
    title_of = {entry.code: entry.document.title for entry in live_content().policies}
    for person in people:
        with translation.override(person.language):
            words = {"count": count, "days": days, "policy": title_of.get(code, code), "clause": clause, "rule": rule}
            title = _("Several decisions by “%(policy)s” were overturned") % words
            paragraphs = [
                _("In %(days)s days people overturned %(count)s decisions that rested on %(policy)s %(clause)s.")
                % words
            ]
            if rule:
                paragraphs.append(_("The rule %(rule)s had made them alone.") % words)
            paragraphs.append(
                _(
                    "Read what they have in common. Perhaps the rule is too wide, or the guideline can be read in two ways."
                )
            )
        write_letter(
            actor=actor,
            to=person.email,
            kind="alert",
            languages=[person.language],
            values={
                "name": person.name,
                "title": title,
                "paragraphs": paragraphs,
                "url": f"{settings.PUBLIC_URL.rstrip('/')}{url}",
            },
            about=f"policy {code}",
            now=now,
        )
