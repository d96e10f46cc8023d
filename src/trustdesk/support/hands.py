"""Who may be given a case, who of them is there, and how much each has in hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import queries
from trustdesk.support.models import Case
from trustdesk.support.queries import CaseView
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web.models import Seen
from trustdesk.workforce import queries as workforce
from trustdesk.workforce.queries import StateView

OPEN_PAGE = timedelta(seconds=90)  # streams note three times a minute who has a page of the desk open


@dataclass(frozen=True)
class Colleague:
    """Somebody who may answer a case. `there`: new work is dealt to them; `state`: where they stand; `in_hand`: how many
    cases they have."""

    id: UUID
    name: str
    there: bool
    state: StateView
    in_hand: int


def colleagues(case_id: UUID, *, actor: Actor, now: datetime) -> list[Colleague]:
    """Who may be given a case: those who are there first, of them who has least in hand. The same queries for any number.
    Raises NoSuchCase."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=actor):
        raise NoSuchCase
    return _able([case], now=now)


def able_for_all(cases: Iterable[CaseView], *, now: datetime) -> list[Colleague]:
    """Who may be given every one of these cases."""
    return _able(list(cases), now=now)


def _able(cases: list[CaseView], *, now: datetime) -> list[Colleague]:
    able = {one.id: one for one in people.staff_with("support.answer")}
    scopes = {(case.market or None, case.queue) for case in cases}
    actors = people.actors_by_ids(able)
    fits = [
        who
        for who in able
        if who in actors and all(actors[who].may("support.answer", market=m, queue=q) for m, q in scopes)
    ]
    open_page = set(Seen.objects.filter(at__gt=now - OPEN_PAGE, staff_id__in=fits).values_list("staff_id", flat=True))
    states, load = workforce.states_of(fits), kept_by(fits)
    found = [
        Colleague(who, able[who].name, who in open_page and states[who].dealt_to, states[who], load.get(who, 0))
        for who in fits
    ]
    return sorted(found, key=lambda one: (not one.there, one.in_hand if one.there else 0, one.name))


def kept_by(staff_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many cases each of these people has in hand or is kept; one query."""
    rows = Case.objects.filter(work__holder_id__in=list(staff_ids), status__in=["new", "open"], snoozed_until=None)
    rows = rows.filter(work__state__in=[WorkItem.State.CLAIMED, WorkItem.State.HELD])
    return dict(rows.values_list("work__holder_id").annotate(n=Count("id")).order_by())
