"""What a lead should look at now, of what insights may know itself; other slices bring their own (config.wiring: NEEDS)."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.queries import lines
from trustdesk.policy import queries as policy
from trustdesk.web.attention import Need
from trustdesk.web.components import lane_name
from trustdesk.web.templatetags.desk import bounded_count, span


def late(actor: Actor, now: datetime) -> Iterator[Need]:
    """Lanes with late work, one line each."""
    for one in lines.lanes(actor=actor, now=now):
        if one.late:
            longest = span(now - one.due_first) if one.due_first else ""
            yield Need(
                tone="reject",
                says=ngettext(
                    "%(n)s is late in %(queue)s (L%(lane)s %(name)s), by up to %(time)s.",
                    "%(n)s are late in %(queue)s (L%(lane)s %(name)s), by up to %(time)s.",
                    one.late,
                )
                % {
                    "n": bounded_count(one.late),
                    "queue": one.queue_name,
                    "lane": one.lane,
                    "name": lane_name(one.lane),
                    "time": longest,
                },
                href=reverse("console:queue", args=[one.queue]),
                link=_("Look at the queue"),
            )


def braked(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  all are called alike
    """Rules that lost their power."""
    if not actor.may("policy.read"):
        return
    for rule in policy.braked_rules():
        yield Need(
            tone="warning",
            says=_("The rule “%(rule)s” lost its power: it acted on too many items.") % {"rule": rule.rule},
            href=reverse("policy:rules"),
            link=_("Look and release"),
        )


def versions(actor: Actor, now: datetime) -> Iterator[Need]:  # noqa: ARG001  all are called alike
    """Policy versions that wait for a second person."""
    if not actor.may("policy.read"):
        return
    for row in policy.waiting_versions():
        yield Need(
            tone="hold",
            says=_("“%(title)s”, version %(number)s, waits for a second person.")
            % {"title": row.title, "number": row.number},
            href=reverse("policy:policy", args=[row.code]),
            link=_("Read the change"),
        )
