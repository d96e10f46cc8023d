"""What a lead should look at now: suspensions that end soon because nobody confirmed what was proposed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.decisions import proposed
from trustdesk.kernel.people.actor import Actor
from trustdesk.web.attention import Need

SOON = timedelta(days=3)


def proposals(actor: Actor, now: datetime) -> Iterator[Need]:
    """One line; one query."""
    if not actor.may("proposals.decide"):
        return
    n = proposed.ending_before(now + SOON)
    if n:
        yield Need(
            tone="warning",
            says=ngettext(
                "%(n)s proposal lapses within three days unless another person confirms it.",
                "%(n)s proposals lapse within three days unless another person confirms them.",
                n,
            )
            % {"n": n},
            href=reverse("proposals:list"),
            link=_("Look at it"),
        )
