"""Danger to life: an alert that stays until somebody says that they have it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import staff_with
from trustdesk.notices.facts import DangerAcknowledged, DangerRaised
from trustdesk.notices.models import Alert, Notice
from trustdesk.post.actions import write_letter

# While an alert waits that leads were written of so lately, another one is shown on the desk and not written of.
QUIET = timedelta(minutes=10)


class AcknowledgedAlready(Refusal):
    """Somebody else has acknowledged this alert."""

    code, status = "acknowledged_already", 409


def raise_alert(*, actor: Actor, notice: Notice, about: UUID, now: datetime) -> None:
    """Raise an alert about this, unless one is open; leads are written to at once."""
    quiet = Alert.objects.filter(acknowledged_at=None, raised_at__gt=now - QUIET).exists()
    leads = [] if quiet else staff_with("notices.manage")
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                notice=notice, about=about, told=[f"staff:{one.id}" for one in leads], raised_at=now
            )
    except IntegrityError:
        return  # one is open already
    record(DangerRaised(about=about, alert=alert.id, notice=notice.id), actor=actor, at=now)
    for person in leads:
        with translation.override(person.language):
            title = _("Somebody may be in danger")
            paragraphs = [
                _("A notice says that somebody is in danger now. It stands first in line."),
                _("Please acknowledge the alert on the desk, so that others know somebody has it."),
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
                "url": settings.PUBLIC_URL.rstrip("/") + reverse("notices:alerts"),
            },
            about=f"alert:{alert.id}",
            now=now,
        )


@action(right="notices.decide")
def acknowledge(*, actor: Actor, alert_id: UUID, now: datetime) -> None:
    """Say that one has it. Raises NotFound, AcknowledgedAlready."""
    alert = Alert.objects.filter(id=alert_id).first()
    if alert is None:
        raise NotFound("There is no such alert.")
    moved = Alert.objects.filter(id=alert_id, acknowledged_at=None).update(
        acknowledged_at=now, acknowledged_by_id=UUID(actor.id)
    )
    if not moved:
        raise AcknowledgedAlready
    minutes = int((now - alert.raised_at).total_seconds() // 60)
    record(DangerAcknowledged(about=alert.about, alert=alert.id, minutes=minutes), actor=actor, at=now)
