"""What somebody should look at now: promises whose time is over (config.wiring: NEEDS)."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.customers import queries
from trustdesk.kernel.people.actor import Actor
from trustdesk.web.attention import Need


def promises(actor: Actor, now: datetime) -> Iterator[Need]:
    """One line for all of them; one query."""
    if not actor.may("customers.read"):
        return
    if n := queries.overdue(actor=actor, now=now):
        yield Need(
            tone="reject",
            says=ngettext("%(n)s promise to a customer is overdue.", "%(n)s promises to customers are overdue.", n)
            % {"n": n},
            href=f"{reverse('customers:list')}?which=overdue",
            link=_("Look who waits"),
        )
