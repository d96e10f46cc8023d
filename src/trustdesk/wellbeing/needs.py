"""What a lead should look at now, of what wellbeing knows: urgent work that nobody may be dealt (config.wiring: NEEDS)."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.people.actor import Actor
from trustdesk.web.attention import Need
from trustdesk.wellbeing import queries


def unmet(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  all needs are asked alike
    """One line for all of it; nobody is named."""
    if not actor.may("wellbeing.manage"):
        return
    waiting = len(queries.unmet())
    if waiting:
        yield Need(
            tone="reject",
            says=ngettext(
                "%(n)s urgent item waits, and nobody may be given it.",
                "%(n)s urgent items wait, and nobody may be given them.",
                waiting,
            )
            % {"n": waiting},
            href="/",
            link=_("To my work"),
        )
