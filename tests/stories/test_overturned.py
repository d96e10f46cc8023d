"""What people put right teaches the rule, who owns it and, kindly, who decided."""

from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.stories.conftest import ad
from tests.stories.test_brake import RULE, _publish
from tests.stories.test_policy_changes import _person
from tests.stories.test_second import client_of
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import counting
from trustdesk.decisions import queries as decided
from trustdesk.decisions.actions import Ground
from trustdesk.insights import overturned
from trustdesk.kernel.people.models import Staff
from trustdesk.policy import queries as policy
from trustdesk.policy.actions import fold_tallies
from trustdesk.post.models import Letter
from trustdesk.web.tests import makers


def test_overturns_reach_the_rule_its_owner_and_who_decided(desk, now, moment):
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    _publish(policy.source_of("spam")[1].replace("rules:\n", f"rules:\n{RULE}", 1), dewi, jonas, now)
    made = [
        desk.post("/items", ad(f"o-{n}", f"Zorkmid {n}", f"A zorkmid, hardly used, lot {n}.")).json() for n in range(4)
    ]
    assert [each["status"] for each in made] == ["rejected"] * 4

    def decide(actor, item, outcome, version=1, **more):
        return decisions.decide(
            actor=actor, item_id=UUID(item), version=version, outcome=outcome, now=moment.now(), **more
        )

    def settle():
        moment.forward(timedelta(minutes=1))
        desk.deliver(moment.now())
        desk.deliver(moment.now())

    def letters():
        return list(Letter.objects.filter(about="policy spam").order_by("id"))

    # Letting a better version in puts nothing right; what can still be undone is not told.
    desk.post("/items", ad("o-3", "Old chair", "An old chair, no coins."))
    decide(desk.sari, made[3]["id"], "approve", version=2)
    decide(desk.sari, made[0]["id"], "approve", rationale="a toy, not the coin")
    assert overturned.listed(now=moment.now(), days=7, limit=9) == []
    settle()
    [row] = overturned.listed(now=moment.now(), days=7, limit=9)
    assert (row.title, row.rule, row.one.before, row.one.after) == ("Zorkmid 0", "zorkmids", "remove", "approve")
    decide(desk.sari, made[1]["id"], "approve")
    settle()
    assert (overturned.pointers(now=moment.now(), since=now), letters()) == ([], [])
    # The third points the same way: the rule is told of, with a letter to who wrote and who approved it, once.
    decide(desk.sari, made[2]["id"], "approve")
    settle()
    [one] = overturned.pointers(now=moment.now(), since=now)
    assert (one.policy, one.rule, one.count, one.accounts) == ("spam", "zorkmids", 3, 1)
    assert sorted(letter.to.lower() for letter in letters()) == ["dewi@policy.example", "jonas@policy.example"]
    settle()
    assert len(letters()) == 2
    fold_tallies(now=moment.now())
    record = next(each for each in policy.records(days=7, now=moment.now(), code="spam") if each.rule == "zorkmids")
    assert record.reversed >= 3

    # Sari removes a chair; Jonas gives it back and says why. She reads it, Rina does not, and the owners read no name.
    chair = desk.post("/items", ad("o-8", "Plain chair", "A plain chair of oak.")).json()["id"]
    ground = Ground(policy="spam", version=decided.by_id(row.one.decision, now=moment.now()).clauses[0]["version"])
    decide(desk.sari, chair, "remove", grounds=[ground])
    settle()
    decide(jonas, chair, "approve", rationale="It is only a chair.")
    settle()
    sari = Staff.objects.get(id=desk.sari.id)
    page = client_of(sari).get("/overturned/mine").content.decode()
    assert "Plain chair" in page
    assert "It is only a chair." in page
    assert "Zorkmid" not in page, "what she put right herself was no decision of hers"
    rina = makers.staff("reviewer", name="Rina")
    assert "Plain chair" not in client_of(rina).get("/overturned/mine").content.decode()
    assert client_of(rina).get("/overturned").status_code == 403
    owner = client_of(Staff.objects.get(id=dewi.id))
    page = owner.get("/overturned?days=7").content.decode()
    assert "Several point the same way" in page
    assert "Sari" not in page
    software = owner.get("/overturned?days=7&who=software").content.decode()
    assert "Zorkmid 0" in software
    assert "Plain chair" not in software
    assert "Zorkmid" not in owner.get("/overturned?policy=counterfeit").content.decode()
    assert owner.get("/overturned?after=nonsense").status_code == 400

    # Pages of the list hold each once, in order.
    seen, after = [], None
    while rows := overturned.listed(now=moment.now(), days=7, after=after, limit=1):
        seen += [each.one.decision for each in rows]
        after = (rows[-1].one.by, rows[-1].one.decision)
    assert seen == [each.one.decision for each in overturned.listed(now=moment.now(), days=7, limit=9)]
    assert len(seen) == 4

    # What comes back in part counts under the same word, too: once, where it was put right by name.
    part = desk.post("/items", ad("o-7", "Zorkmid 7", "A zorkmid, hardly used, lot 7.")).json()["decision"]["id"]
    kept = [decisions.RestrictionSpec("remove", ("ID",))]
    decisions.reverse(
        actor=jonas,
        decision_id=UUID(part),
        why="Only there.",
        outcome="remove",
        keep=kept,
        cause=None,
        now=moment.now(),
    )
    [row] = overturned.listed(now=moment.now(), days=7, limit=1)
    assert (row.title, row.one.before, row.one.after) == ("Zorkmid 7", "remove", "remove")
    assert len(overturned.listed(now=moment.now(), days=7, limit=9)) == 5
    today = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    assert counting.overturned(**today) == {"rule": 4, "person": 1}


def test_the_list_costs_the_same_queries_for_two_and_for_twenty(desk, now, moment):
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    _publish(policy.source_of("spam")[1].replace("rules:\n", f"rules:\n{RULE}", 1), dewi, jonas, now)
    owner = client_of(Staff.objects.get(id=dewi.id))

    def put_right(numbers):
        for n in numbers:
            item = desk.post("/items", ad(f"q-{n}", f"Zorkmid {n}", "A zorkmid, hardly used.")).json()["id"]
            decisions.decide(actor=desk.sari, item_id=UUID(item), version=1, outcome="approve", now=moment.now())
        moment.forward(timedelta(minutes=1))

    lead = client_of(Staff.objects.get(id=jonas.id))

    def cost():
        """Of the list, and of the leads' board with its rules to watch."""
        costs = []
        for client, path in ((owner, "/overturned"), (lead, "/board/")):
            cache.delete("insights.watch")
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            costs.append(len(seen))
        return costs

    put_right(range(3))
    desk.deliver(moment.now())
    fold_tallies(now=moment.now())
    cost()  # names and navigation are kept from the first look on
    few = cost()
    put_right(range(3, 20))
    desk.deliver(moment.now())
    fold_tallies(now=moment.now())
    assert cost() == few
    page = lead.get("/board/").content.decode()
    assert "Rules to watch" in page
    assert "20 of 20" in page
