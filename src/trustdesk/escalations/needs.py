"""What a lead should look at now: hand-overs that are late, promises that are over."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.escalations.queries import late_by_team, overdue_by_team
from trustdesk.kernel.people.actor import Actor
from trustdesk.web.attention import Need


def late(actor: Actor, now: datetime) -> Iterator[Need]:
    """One line for each team; one query. Partners are told nothing of other teams."""
    if not actor.may("work.manage"):
        return
    for team, n in late_by_team(now=now):
        yield Need(
            tone="reject",
            says=ngettext("%(n)s hand-over to %(team)s is late.", "%(n)s hand-overs to %(team)s are late.", n)
            % {"n": n, "team": team},
            href=reverse("escalations:inbox"),
            link=_("Look at it"),
        )


def overdue(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  needs are called alike
    """One line for each team that was to be followed up until a day that is over; one query."""
    if not actor.may("work.manage"):
        return
    for team, n in overdue_by_team():
        yield Need(
            tone="warning",
            says=ngettext("%(n)s follow-up with %(team)s is overdue.", "%(n)s follow-ups with %(team)s are overdue.", n)
            % {"n": n, "team": team},
            href=reverse("escalations:inbox") + "?box=overdue",
            link=_("Look at it"),
        )
