"""Telling the people who answer for a rule that it was braked."""

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
from trustdesk.policy.models import Probation
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
