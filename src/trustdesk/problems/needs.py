"""What somebody should look at now: problems about which hardly anybody asks any more (config.wiring: NEEDS)."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.people.actor import Actor
from trustdesk.problems import queries
from trustdesk.web.attention import Need


def quiet(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  all are called alike
    """One line each, ten at most; two queries."""
    if not actor.may("problems.write"):
        return
    for one in queries.offered():
        yield Need(
            tone="approve",
            says=_("Hardly anybody asks about problem %(number)s any more.") % {"number": one.number},
            href=reverse("problems:show", args=[one.id]),
            link=_("Look, and close it"),
        )
