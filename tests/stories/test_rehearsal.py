"""Dewi writes a stricter rule, sees on the desk's own past what it would do and what people thought of the same items, lets
it run in shadow, and only then does it go live."""

from datetime import timedelta

from tests.stories.conftest import ad
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.ledger.models import FactRow, Position
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.policy import actions as policy
from trustdesk.policy import queries as policies
from trustdesk.rehearsal import actions, queries
from trustdesk.rehearsal.running import run
from trustdesk.rehearsal.shadowing import follow
from trustdesk.review import actions as review

CODE = "spam"
ASKS = '  - name: zorkmids\n    clause: "1.3"\n    when: has(item.text, "zorkmid")\n    then: review\n'
REMOVES = ASKS.replace("then: review", "then: reject")


def person(name, role, now):
    made = people.add_staff(
        actor=SYSTEM, email=f"{name}@rehearsal.example", name=name, password=None, now=now, roles=[role]
    )
    return actor_by_id(made)


def place():
    """Inside one test's transaction the sequencer sees nothing: facts get their places by hand."""
    last = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    rows = FactRow.objects.filter(place=None).order_by("id")
    Position.objects.bulk_create(Position(position=last + n, fact=row) for n, row in enumerate(rows, 1))


def test_a_rule_is_rehearsed_shadowed_and_published(desk, now, moment):
    dewi, jonas = person("Dewi", "policy_owner", now), person("Jonas", "lead", now)
    _, text, translations = policies.source_of(CODE)
    first = policy.draft(
        actor=dewi, text=text.replace("rules:\n", f"rules:\n{ASKS}", 1), translations=translations, now=now
    )
    policy.check(actor=dewi, version_id=first.id, now=now)
    policy.approve(actor=jonas, version_id=first.id, now=now)
    policy.publish(actor=jonas, versions=[first.id], now=now)

    # Eight ads with the word; Sari removes six of them and approves two.
    for number in range(8):
        told = desk.post("/items", ad(f"z-{number}", f"Zorkmid {number}", f"A blue zorkmid, number {number}.")).json()
        assert told["status"] == "in_review"
    for number in range(4):
        desk.post("/items", ad(f"c-{number}", f"Chair {number}", f"A chair to sit on, number {number}."))
    desk.deliver(now)
    ground = Ground(policy=CODE, version=first.number, clause="1.3", rule="zorkmids")
    for number in range(8):
        opened = review.claim_next(actor=desk.sari, now=now)
        if number < 6:
            review.decide(actor=desk.sari, review_id=opened, version=1, outcome="remove", clauses=[ground], now=now)
        else:
            review.decide(actor=desk.sari, review_id=opened, version=1, outcome="approve", now=now)
    later = now + timedelta(minutes=5)  # nothing can be undone any more
    moment.forward(timedelta(minutes=5))

    # Dewi would rather have them removed at once. What would that have done?
    _, text, translations = policies.source_of(CODE)
    second = policy.draft(actor=dewi, text=text.replace(ASKS, REMOVES, 1), translations=translations, now=later)
    made = actions.start_backtest(actor=dewi, version_id=second.id, back=timedelta(days=1), now=later)
    assert run(made.id, processes=0) == "done"
    report = queries.report_of(made.id)
    assert (report.items, report.changed) == (12, 8)
    assert {change.key: change.items for change in report.changes} == {"review>reject": 8}
    assert (report.judged, report.before.precision.of) == (8, 0), "nothing was removed by machine before"
    assert (report.after.precision.hits, report.after.precision.of) == (6, 8)
    assert (report.after.recall.hits, report.after.recall.of) == (6, 6)
    low, high = report.after.precision.interval
    assert 0.40 < low < 0.75 < high < 0.94
    assert len(queries.samples_of(made.id, "review>reject")) == 8

    # Good enough to watch it on what arrives.
    policy.check(actor=dewi, version_id=second.id, now=later)
    place()
    shadow = actions.start_shadow(actor=dewi, version_id=second.id, days=7, now=later)
    told = desk.post("/items", ad("z-live", "Red zorkmid", "A red zorkmid.")).json()
    assert told["status"] == "in_review", "shadows decide nothing"
    desk.post("/items", ad("c-live", "Red chair", "A red chair."))
    place()
    follow(now=later)
    seen = queries.report_of(shadow)
    assert {change.key: change.items for change in seen.matrix} == {"review>reject": 1, "approve>approve": 1}

    # A second person agrees, it goes live, and its shadow is gone.
    policy.approve(actor=jonas, version_id=second.id, now=later)
    policy.publish(actor=jonas, versions=[second.id], now=later)
    desk.deliver(later)
    assert (queries.by_id(shadow).state, queries.by_id(shadow).ended_why) == ("done", "published")
    assert desk.post("/items", ad("z-last", "Green zorkmid", "A green zorkmid.")).json()["status"] == "rejected"
