"""What a lead should look at now: help pages that wait to be looked at."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.people.actor import Actor
from trustdesk.knowledge import queries
from trustdesk.web.attention import Need


def waiting(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  all needs are asked alike
    """One line for all of them; one query."""
    count = queries.doubted() if actor.may("knowledge.publish") else 0
    if count:
        yield Need(
            tone="warning",
            says=ngettext("%(n)s help page waits to be looked at.", "%(n)s help pages wait to be looked at.", count)
            % {"n": count},
            href=reverse("knowledge:list"),
            link=_("Look at it"),
        )
