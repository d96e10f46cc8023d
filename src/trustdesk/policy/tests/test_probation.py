"""The emergency brake over stored verdicts: how far a young rule goes, who is told, who releases it."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.policy import actions, queries
from trustdesk.policy.actions import Judged, fold_tallies, hold_back
from trustdesk.policy.models import Policy, Probation, RuleDay, RuleTerm, Tally
from trustdesk.policy.refusals import AnsweredFor, NotBraked
from trustdesk.policy.tests import makers
from trustdesk.policy.tests.makers import CONTACT, PACK
from trustdesk.post.models import Letter

# The figures of the desk, a tenth as big: braked where it acts on 2 or more and more than 5 % of 40 or more.
SMALL = PACK + "probation: {hours: 24, acted: 2, seen: 40, share: 0.05, window_minutes: 60}\n"
ZORK = '  - name: zorkmids\n    when: has(item.text, "zorkmid")\n    then: reject\n'
WITH_ZORK = CONTACT.replace("rules:\n", f"rules:\n{ZORK}", 1)
RULE = ("contact", "zorkmids")


@pytest.fixture
def desk(db, tmp_path, now):
    actions.import_pack(actor=SYSTEM, path=makers.make_folder(tmp_path / "pack", pack=SMALL), now=now)


def bring(text, author, approver, now, code="contact"):
    """Through all of a version's life."""
    _, _, translations = queries.source_of(code)
    made = actions.draft(actor=author, text=text, translations=translations, now=now)
    actions.check(actor=author, version_id=made.id, now=now)
    actions.approve(actor=approver, version_id=made.id, now=now)
    return actions.publish(actor=approver, versions=[made.id], now=now)


def batch(hits, calm=0, kind="listing"):
    """Verdicts of the live plan on items of which the first `hits` speak of zorkmids."""
    plan = queries.live_plan()
    events = [
        {
            "item": {
                "id": str(at),
                "kind": kind,
                "text": "zorkmid" if at < hits else "sofa",
                "market": "ID",
                "media": 0,
            },
            "account": {"id": "budi"},
            "now": "2026-03-10T09:00:00Z",
        }
        for at in range(hits + calm)
    ]
    return plan, [Judged(kind, "ID", said, final=True) for said in plan.plan.run(events)]


def store(hits, calm=0, *, now, kind="listing", imported=False):
    """A batch judged and stored; what became of each item."""
    plan, judged = batch(hits, calm, kind)
    with transaction.atomic():
        held = hold_back(ruleset=plan, judged=judged, now=now, imported=imported)
        held.finish([ruled.verdict for ruled in held.ruled])
    return [ruled.verdict.outcome for ruled in held.ruled]


def probation():
    return Probation.objects.get(policy="contact", rule="zorkmids")


class TestTheBrake:
    def test_a_batch_is_evaluated_in_full_and_hits_beyond_the_brake_become_reviews(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        told = store(10, 90, now=now)
        assert told == ["reject"] * 5 + ["review"] * 5 + ["approve"] * 90, "5 of 100 are not more than a twentieth"
        row = probation()
        assert (row.braked_at, row.braked_acted, row.braked_seen) == (now, 10, 100)
        assert row.owner == dewi.label
        assert store(1, 50, now=now + timedelta(hours=30))[0] == "review", "no time gives the power back"

    def test_many_small_batches_come_to_the_same(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        told = [store(1, 9, now=now + timedelta(seconds=at))[0] for at in range(8)]
        assert told == ["reject"] * 3 + ["review"] * 5, "below 40 items nobody can tell; of 40, two may be"
        assert RuleDay.objects.count() == 0
        assert fold_tallies(now=now) is False
        day = RuleDay.objects.get()
        assert (day.hits, day.acted, day.alone, day.braked) == (8, 3, 3, 5)

    def test_its_owner_is_told_by_a_fact(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        store(10, 90, now=now)
        store(10, 90, now=now)
        policy = Policy.objects.get(code="contact")
        facts = [fact for fact in ledger.of_subject(policy.id) if fact.kind == "rule.braked"]
        assert len(facts) == 1, "it falls once"
        payload = facts[0].payload
        assert (payload["rule"], payload["acted"], payload["seen"], payload["owner"]) == (
            "zorkmids",
            10,
            100,
            dewi.label,
        )

    def test_its_owner_gets_a_letter_in_their_language(self, dewi, jonas, now):
        Staff.objects.filter(id=dewi.id).update(language="id")
        bring(WITH_ZORK, dewi, jonas, now)
        store(10, 90, now=now)
        for _ in range(2):
            outbox.deliver_all(now=now, reactors=reactor_names())
        (letter,) = Letter.objects.filter(kind="alert")
        assert letter.to == "dewi@desk.example"
        assert letter.subject == "Aturan zorkmids kehilangan daya bertindaknya"
        assert "10 dari 100" in letter.text
        assert "/rules/?state=braked" in letter.text

    def test_few_hits_pass_and_after_a_day_the_rule_is_trusted(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        assert store(1, 59, now=now)[0] == "reject"
        late = now + timedelta(hours=24)
        assert store(30, 30, now=late).count("reject") == 30
        assert probation().ended_at == late

    def test_the_day_begins_with_the_first_act_not_with_the_publication(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        store(0, 50, now=now)
        assert store(10, 90, now=now + timedelta(days=3)).count("reject") == 5

    def test_acts_of_another_hour_do_not_count(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        for hour in range(6):
            assert store(2, 48, now=now + timedelta(hours=hour)).count("reject") == 2
        assert probation().braked_at is None

    def test_only_items_in_its_scope_count_as_seen(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        store(0, 500, now=now, kind="message")
        assert store(10, 30, now=now).count("reject") == 2

    def test_items_from_before_it_was_there_do_not_count_as_seen(self, dewi, jonas, now):
        store(0, 500, now=now)
        bring(WITH_ZORK, dewi, jonas, now)
        assert store(10, 30, now=now).count("reject") == 2

    def test_seen_counts_what_was_folded_in_and_what_was_not(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        store(0, 60, now=now)
        fold_tallies(now=now)
        store(0, 100, now=now)
        assert store(10, 30, now=now).count("reject") == 10, "10 of 200"


class TestWhoIsNotOnProbation:
    def test_the_first_publication_of_a_pack(self, desk, now):
        plan = queries.live_plan()
        assert len(RuleTerm.objects.filter(until=None)) == len(plan.content.rules)
        assert not Probation.objects.exists()

    def test_a_rule_that_did_not_change(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        bring(WITH_ZORK.replace("Contact details in", "Contacts in").replace("30", "29"), dewi, jonas, now)
        assert set(Probation.objects.values_list("rule", "version")) == {("zorkmids", 2), ("phone-number", 3)}
        store(10, 90, now=now)
        assert set(Probation.objects.filter(braked_at=now).values_list("rule", flat=True)) == {"zorkmids"}
        bring(WITH_ZORK.replace("Contact details in", "Notes on"), jonas, dewi, now)
        assert store(5, 95, now=now)[0] == "review", "a new version with the same rule stays braked"

    def test_a_version_that_comes_back(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        bring(WITH_ZORK.replace('"zorkmid"', '"zorkmids"'), dewi, jonas, now)
        assert Probation.objects.filter(rule="zorkmids").count() == 2
        actions.roll_back(actor=jonas, code="contact", reason="Too narrow", now=now)
        actions.roll_back(actor=jonas, code="contact", reason="Not wanted", now=now)
        assert Probation.objects.count() == 2
        terms = RuleTerm.objects.filter(policy="contact", rule="zorkmids").order_by("since")
        assert [(term.since, term.until) for term in terms] == [(2, 3), (3, 4), (4, 5)]

    def test_what_a_backtest_foretold(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        identity = queries.live_plan().content.rules[RULE].identity
        actions.predict_rate(rates={identity: (1_000, 10)}, now=now)
        actions.predict_rate(rates={identity: (1_000, 100)}, now=now)
        assert store(15, 85, now=now).count("reject") == 15
        assert store(85, 15, now=now).count("reject") == 25, "twice of 10 % of 200 are 40"

    def test_what_is_imported(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        assert store(100, now=now, imported=True).count("reject") == 100
        assert (probation().braked_at, probation().first_acted_at) == (None, None)
        fold_tallies(now=now)
        assert store(10, 20, now=now).count("reject") == 10, "nor does it count as seen"
        store(10, 90, now=now)
        assert store(1, now=now, imported=True) == ["review"], "a rule that is braked has no power over the past either"

    def test_a_list_with_a_word_more_puts_its_readers_on_probation(self, dewi, jonas, now):
        made = actions.edit_list(actor=dewi, name="contact-words", text="call me\nring me\n", now=now)
        actions.approve_list(actor=jonas, version_id=made, now=now)
        actions.publish(actor=jonas, lists=[made], now=now)
        row = Probation.objects.get()
        assert (row.policy, row.rule, row.owner, row.authors) == ("contact", "phone-number", dewi.label, [dewi.label])


class TestRelease:
    @pytest.fixture
    def braked(self, dewi, jonas, now):
        bring(WITH_ZORK, dewi, jonas, now)
        store(10, 90, now=now)

    def release(self, actor, now, reason="Zorkmids are banned indeed", rule="zorkmids"):
        actions.release(actor=actor, code="contact", rule=rule, reason=reason, now=now)

    def test_another_person_gives_the_power_back_for_good(self, braked, jonas, now):
        later = now + timedelta(hours=1)
        self.release(jonas, later)
        assert store(50, 50, now=later).count("reject") == 50
        row = probation()
        assert (row.released_by, row.released_at, row.ended_at) == (jonas.label, later, later)
        with pytest.raises(NotBraked):
            self.release(jonas, later)

    def test_not_who_wrote_it_nor_who_may_not(self, braked, dewi, sari, now):
        with pytest.raises(AnsweredFor):
            self.release(dewi, now)
        with pytest.raises(Forbidden):
            self.release(sari, now)
        assert store(1, now=now) == ["review"]

    def test_it_needs_a_reason_and_a_braked_rule(self, braked, jonas, now):
        with pytest.raises(Invalid):
            self.release(jonas, now, reason=" ")
        with pytest.raises(NotBraked):
            self.release(jonas, now, rule="phone-number")

    def test_the_database_refuses_the_owner_too(self, braked, dewi, now):
        with pytest.raises(IntegrityError), transaction.atomic():
            Probation.objects.update(released_at=now, released_by=dewi.label, ended_at=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Probation.objects.update(ended_at=now)


@pytest.mark.real
def test_parallel_batches_brake_once_and_none_acts_beyond_it(real_db, tmp_path, now):
    """Eight connections store 400 items, a quarter of them hits, at once: of the items in all, at most the share that
    the figures allow is acted on, the brake falls once, and nothing is acted on after it."""
    actions.import_pack(actor=SYSTEM, path=makers.make_folder(tmp_path / "pack", pack=SMALL), now=now)
    dewi, jonas = makers.make_person("Dewi", "policy_owner", now=now), makers.make_person("Jonas", "lead", now=now)
    bring(WITH_ZORK, dewi, jonas, now)
    other = bring(
        WITH_ZORK.replace(ZORK, ZORK + ZORK.replace("zorkmids", "coins").replace("reject", "hold")), dewi, jonas, now
    )
    assert other.number == 3
    start, outcomes, errors = threading.Barrier(8), [], []

    def go():
        try:
            start.wait(20)
            for _ in range(5):
                outcomes.extend(store(3, 7, now=now))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    rows = {row.rule: row for row in Probation.objects.filter(rule__in=["zorkmids", "coins"])}
    for row in rows.values():
        assert row.braked_at == now
        acted = sum(row.minutes.values())
        assert acted <= 39, "below 40 items in all nobody can tell; from then on it acts no more"
    rejected = outcomes.count("reject")
    assert rejected == sum(rows["zorkmids"].minutes.values())
    assert len(outcomes) == 400
    assert outcomes.count("review") + outcomes.count("hold") == 120 - rejected
    facts = [fact for fact in ledger.feed(after=0, limit=1000) if fact.kind == "rule.braked"]
    policy = Policy.objects.get(code="contact")
    told = [fact.payload["rule"] for fact in ledger.of_subject(policy.id) if fact.kind == "rule.braked"]
    assert sorted(told) == ["coins", "zorkmids"], facts
    while fold_tallies(now=now):
        pass
    assert Tally.objects.count() == 0
    days = {day.identity: day for day in RuleDay.objects.all()}
    assert days[rows["zorkmids"].identity].acted == rejected
    assert days[rows["zorkmids"].identity].hits == 120
    assert store(1, now=now) == ["review"]
