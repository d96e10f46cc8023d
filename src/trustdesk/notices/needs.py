"""What a lead should look at now: alerts of danger that nobody has acknowledged."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.people.actor import Actor
from trustdesk.notices import queries
from trustdesk.web.attention import Need


def danger(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  all needs are asked alike
    """One line for all of them; one query."""
    waiting = queries.open_alerts(actor)
    if waiting:
        yield Need(
            tone="reject",
            says=ngettext(
                "Somebody may be in danger: %(n)s alert is not acknowledged.",
                "Somebody may be in danger: %(n)s alerts are not acknowledged.",
                waiting,
            )
            % {"n": waiting},
            href=reverse("notices:alerts"),
            link=_("Look now"),
        )
