"""A policy changes while ads arrive: the next ad meets the new rule, the old verdict keeps the ruleset it was given by."""

from tests.stories.conftest import ad
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.policy import actions, queries


def _person(name, role, now):
    made = people.add_staff(
        actor=SYSTEM, email=f"{name}@policy.example", name=name, password=None, now=now, roles=[role]
    )
    return actor_by_id(made)


def test_an_amount_of_the_market_is_asked_of_a_real_ad(desk, now):
    """pack.yaml names what a telephone costs at least in each market; the rule reads the one of the ad's."""
    words = "Bought last month, works well."
    cheap = ad("p-1", "iPhone 15, 128 GB", words)
    cheap["fields"] |= {"price": 90_000, "currency": "IDR"}
    told = desk.post("/items", cheap).json()
    assert "telephone-too-cheap" in [hit["rule"] for hit in told["verdict"]["hits"]], told
    fair = ad("p-2", "iPhone 15, 128 GB", words + " Price is firm.")
    fair["fields"] |= {"price": 9_000_000, "currency": "IDR"}
    told = desk.post("/items", fair).json()
    assert "telephone-too-cheap" not in [hit["rule"] for hit in told["verdict"]["hits"]]


def test_the_next_ad_meets_the_new_rule_until_it_is_rolled_back(desk, now):
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    code, words = "spam", "A blue zorkmid, hardly used, pick up in Bandung."
    assert desk.post("/items", ad("z-1", "Blue zorkmid", words)).json()["status"] == "live"
    before = queries.live_plan()

    _, text, translations = queries.source_of(code)
    rule = '  - name: zorkmids\n    clause: "1.3"\n    when: has(item.text, "zorkmid")\n    then: reject\n'
    changed = text.replace("rules:\n", f"rules:\n{rule}", 1)
    made = actions.draft(actor=dewi, text=changed, translations=translations, now=now)
    actions.check(actor=dewi, version_id=made.id, now=now)
    actions.approve(actor=jonas, version_id=made.id, now=now)
    assert desk.post("/items", ad("z-2", "Green zorkmid", words)).json()["status"] == "live", "approved is not live"
    actions.publish(actor=jonas, versions=[made.id], now=now)

    told = desk.post("/items", ad("z-3", "Red zorkmid", words + " Red.")).json()
    assert told["status"] == "rejected"
    assert told["verdict"]["hits"][0]["rule"] == "zorkmids"
    assert queries.ruleset(before.hash).plan.hash == before.plan.hash != queries.live_plan().plan.hash

    actions.roll_back(actor=jonas, code=code, reason="Zorkmids are money", now=now)
    assert desk.post("/items", ad("z-4", "White zorkmid", words + " White.")).json()["status"] == "live"
