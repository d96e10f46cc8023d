"""A desk that was made by an older version gets the rights that were born since, and nothing behind anybody's back."""

import pytest

from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Role
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.kernel.people.rules import STARTING_ROLES, newly_born

pytestmark = pytest.mark.django_db
BORN = {
    *("appeals.read", "notices.read", "proposals.decide", "clocks.read", "clocks.manage"),
    *("knowledge.read", "knowledge.write", "knowledge.publish"),
}


def born(code):
    """What a role of the older desk lacks, as it is told."""
    return ", ".join(right for right in STARTING_ROLES[code][1] if right in BORN)


def older_desk(*, knows_shipped):
    """As a version without appeals, notices, proposals, clocks and articles made it."""
    for code, (name, rights) in STARTING_ROLES.items():
        if code != "specialist":
            before = [right for right in rights if right not in BORN]
            Role.objects.create(code=code, name=name, rights=before, shipped=before if knows_shipped else None)


def rights(code):
    return set(Role.objects.get(code=code).rights)


def told():
    rows = FactRow.objects.filter(kind__in=["people.role_brought_up", "people.role_left_as_it_is"]).order_by("id")
    return [(row.kind, row.payload["role"], row.payload["rights"]) for row in rows]


@pytest.mark.parametrize("knows_shipped", [True, False])
def test_an_older_desk_is_brought_up_once_and_told(now, knows_shipped):
    assert actions.bring_roles_up(now=now) == [], "a desk without roles gets them from its pack"
    older_desk(knows_shipped=knows_shipped)
    jonas = actions.add_staff(
        actor=SYSTEM, email="jonas@example.com", name="Jonas", password=None, roles=["lead"], now=now
    )
    assert not actor_by_id(jonas).may("proposals.decide")
    said = actions.bring_roles_up(now=now)
    assert f"The role Lead may do what is new: {born('lead')}." in said
    assert all(rights(code) == set(ships) for code, (_, ships) in STARTING_ROLES.items())
    assert all(actor_by_id(jonas).may(right) for right in BORN)
    assert ("people.role_brought_up", "lead", born("lead")) in told()
    assert ("people.role_brought_up", "specialist", ", ".join(STARTING_ROLES["specialist"][1])) in told()
    count = len(told())
    assert actions.bring_roles_up(now=now) == []
    assert len(told()) == count


@pytest.mark.parametrize("knows_shipped", [True, False])
def test_a_role_changed_by_hand_is_left_and_that_is_said_once(now, knows_shipped):
    older_desk(knows_shipped=knows_shipped)
    reviewer = Role.objects.get(code="reviewer")
    Role.objects.filter(code="reviewer").update(rights=[*reviewer.rights, "items.bulk"])
    if knows_shipped:  # a right was taken away here, on purpose
        auditor = Role.objects.get(code="auditor")
        Role.objects.filter(code="auditor").update(rights=[one for one in auditor.rights if one != "ledger.read"])
    said = actions.bring_roles_up(now=now)
    assert f"The role Reviewer was changed on this desk and has not got what is new: {born('reviewer')}." in said
    assert not rights("reviewer") & BORN
    assert ("people.role_left_as_it_is", "reviewer", born("reviewer")) in told()
    if knows_shipped:
        assert not rights("auditor") & {*BORN, "ledger.read"}
    assert actions.bring_roles_up(now=now) == []


def test_what_is_born():
    assert newly_born(["a", "b"], shipped=["a", "b"], ships=["a", "c", "b"]) == (["c"], False)
    assert newly_born(["a"], shipped=["a", "b"], ships=["a", "b", "c"]) == (["c"], True), (
        "b was taken away, and stays so"
    )
    assert newly_born(["a", "x"], shipped=None, ships=["a", "b"]) == (["b"], True)
    assert newly_born(["a", "old"], shipped=["a", "old"], ships=["a"]) == ([], False)
