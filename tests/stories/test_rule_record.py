"""What a rule's record says is what its verdicts say; a person who lets an item back counts against the rule that took it."""

from datetime import timedelta
from uuid import UUID

from tests.stories.conftest import ad
from tests.stories.test_brake import RULE, _publish
from tests.stories.test_policy_changes import _person
from trustdesk.decisions import actions as decisions
from trustdesk.policy import queries
from trustdesk.policy.actions import fold_tallies
from trustdesk.screening.models import Verdict


def test_a_person_reverses_a_rule(desk, now, moment):
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    _publish(queries.source_of("spam")[1].replace("rules:\n", f"rules:\n{RULE}", 1), dewi, jonas, now)
    made = [
        desk.post("/items", ad(f"r-{n}", f"Zorkmid {n}", f"A zorkmid, hardly used, lot {n}.")).json() for n in range(4)
    ]
    assert [each["status"] for each in made] == ["rejected"] * 4
    desk.post("/items", ad("r-9", "Old chair", "An old chair."))

    def record():
        fold_tallies(now=moment.now())
        return next(each for each in queries.records(days=7, now=moment.now(), code="spam") if each.rule == "zorkmids")

    def approve(one):
        return decisions.decide(
            actor=desk.sari, item_id=UUID(one["id"]), version=1, outcome="approve", now=moment.now()
        )

    assert (record().hits, record().acted, record().seen, record().reversed) == (4, 4, 5, 0)

    approve(made[0])
    assert record().reversed == 0, "she may still undo it"
    taken_back = approve(made[1])
    decisions.undo(actor=desk.sari, decision_id=taken_back.id, now=moment.now())
    moment.forward(timedelta(minutes=1))
    desk.deliver(moment.now())
    desk.deliver(moment.now())
    told = record()
    assert told.reversed == 1
    assert told.share_reversed == 0.25

    # The record is what the stored verdicts say.
    hits = [hit for verdict in Verdict.objects.filter(state="final") for hit in verdict.hits]
    for each in queries.records(days=7, now=moment.now()):
        mine = [hit for hit in hits if (hit["policy"], hit["rule"]) == (each.policy, each.rule)]
        assert each.hits == len(mine), each.rule

    # Letting in what its author mended says nothing against the rule that took the first version.
    desk.post("/items", ad("r-2", "Old chair", "An old chair, no coins."))
    decisions.decide(actor=desk.sari, item_id=UUID(made[2]["id"]), version=2, outcome="approve", now=moment.now())
    moment.forward(timedelta(minutes=1))
    desk.deliver(moment.now())
    assert record().reversed == 1
    # On appeal a part of it comes back, under the same word: that counts, once.
    kept = [decisions.RestrictionSpec("remove", ("ID",))]
    decisions.reverse(
        actor=jonas,
        decision_id=UUID(made[3]["decision"]["id"]),
        why="Only here.",
        outcome="remove",
        keep=kept,
        cause=None,
        now=moment.now(),
    )
    desk.deliver(moment.now())
    assert record().reversed == 2
