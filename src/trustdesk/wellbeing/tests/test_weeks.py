"""What leads may know of a week: groups of five or more, never what singles out fewer."""

from datetime import timedelta

import pytest

from trustdesk.kernel.people.models import Membership, Team
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.models import ToldWeek
from trustdesk.wellbeing.tests import makers

pytestmark = pytest.mark.django_db


def team(name, people):
    made = Team.objects.create(code=makers.fresh(name), name=name)
    Membership.objects.bulk_create(Membership(team=made, staff_id=one.id) for one in people)
    return made


def test_a_week_is_told_of_five_people_or_more_once_it_is_over(now):
    line = makers.queue(now)
    makers.budget(now, shift=10_000, week=10_000)
    people = [makers.staff(f"P{n}", now, in_queues=(line,)) for n in range(10)]
    north = team("North", people[:6])
    team("South", people[5:])  # one is in both
    small = team("Night", people[:4])
    team("Day", people[:5])
    for n, one in enumerate(people):
        makers.seen(one, line, "violence", 4, 10, now)
        if n < 4:
            makers.seen(one, line, "child_safety", 5, 2, now)
        if n < 7:
            makers.seen(one, line, "hate", 3, 5, now)

    actions.tell_weeks(now=now + timedelta(days=5))
    assert not ToldWeek.objects.exists(), "a running week is told of nobody"
    actions.tell_weeks(now=now + timedelta(days=7))
    (week,) = queries.weeks()
    assert week.monday.isoformat() == "2026-03-09"
    told = {group.name: group for group in week.groups}
    # North and South overlap in one person; Night has four; only what cuts the ten evenly is told.
    assert set(told) == {"", "South", "Day"}
    desk = told[""]
    assert desk.people == 10
    assert {cell.harm: cell.people for cell in desk.cells} == {"violence": 10, "hate": 7}, "four saw the worst"
    assert desk.cells[1].minutes == pytest.approx(100)
    assert desk.cells[1].points == pytest.approx(400)
    # Of the seven who saw hate, five of Day would leave two of South alone.
    assert [cell.harm for name in ("Day", "South") for cell in told[name].cells] == ["violence", "violence"]
    assert queries.group_weeks(small.id) == queries.group_weeks(north.id) == []
    assert {one.name for one in queries.groups_of() if one.told} == {"Day", "South"}

    # Changing the teams afterwards and asking again tells nothing new.
    Membership.objects.filter(team=small).delete()
    Membership.objects.bulk_create(Membership(team=small, staff_id=one.id) for one in people[1:6])
    actions.tell_weeks(now=now + timedelta(days=8))
    assert queries.weeks() == [week]
