"""A version on the desk's own past: what changes, and that it is counted right."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.engine import Argument, Signal
from trustdesk.kernel.base.refusal import Forbidden
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.policy import actions as policy
from trustdesk.policy.models import RulePrediction
from trustdesk.policy.refusals import DoesNotPass
from trustdesk.policy.tests import makers as policy_makers
from trustdesk.rehearsal import actions
from trustdesk.rehearsal.models import Part, Rehearsal, Sample
from trustdesk.rehearsal.refusals import AlreadyOver, BadSpan, NothingToRehearseOn
from trustdesk.rehearsal.running import run
from trustdesk.rehearsal.tests import makers
from trustdesk.screening.models import Verdict
from trustdesk.signals import registry

WEEK = timedelta(days=7)
OLDER = ("days(30)", "days(1)")  # accounts of two days are no longer new
CHAIRS = (
    "    then: reject\n",
    '    then: reject\n  - name: chairs\n    clause: "1.2"\n    when: has(item.text, "chair")\n    then: limit(kind="demote")\n',
)


def rehearse(actor, version, now, back=WEEK, parts=0):
    made = actions.start_backtest(actor=actor, version_id=version, back=back, now=now, target_items=parts)
    assert run(made.id, processes=0) == "done"
    return Rehearsal.objects.get(id=made.id)


def test_it_says_what_would_change_by_rule_label_and_market(dewi, now):
    told = rehearse(dewi, makers.draft(dewi, now, OLDER, CHAIRS), now)
    report = told.report
    assert (told.items, told.done, told.changed) == (60, 60, 50)
    assert report["matrix"] == {"reject>approve": 10, "approve>limit": 40, "review>review": 10}
    assert report["rules"]["contact/phone-number"] == [10, 0, 0, 10, 10, 0, 0, 0]
    assert report["rules"]["contact/chairs"] == [0, 40, 40, 0, 0, 40, 0, 40]
    assert report["rules"]["weapons/named"] == [10, 10, 0, 0, 10, 10, 0, 0]
    assert report["labels"]["fraud.off_platform_payment"] == [10, 40, 10, 0]
    assert report["markets"] == {"ID": [40, 30, 10, 0], "NO": [20, 20, 0, 0]}
    assert not Part.objects.exists()
    assert {(s.change) for s in Sample.objects.all()} == {"reject>approve", "approve>limit"}
    sample = Sample.objects.filter(change="reject>approve").first()
    assert sample.data["old"][0]["rule"] == "phone-number"
    assert sample.data["old"][0]["spans"]
    assert "text" not in str(sample.data["old"][0]["spans"])
    foretold = set(RulePrediction.objects.values_list("seen", "acted"))
    assert foretold == {(60, 0), (60, 40)}, "the changed rule and the new one, not the one that stays as it is"
    facts = FactRow.objects.filter(subject=str(told.id)).order_by("id").values_list("kind", flat=True)
    assert list(facts) == ["rehearsal.started", "rehearsal.finished"]


def test_the_version_that_is_live_changes_nothing(dewi, now):
    told = rehearse(dewi, makers.draft(dewi, now), now)
    assert (told.items, told.changed) == (60, 0)
    assert not Sample.objects.exists()


def test_any_number_of_parts_gives_the_same_report(dewi, now):
    version = makers.draft(dewi, now, OLDER, CHAIRS)
    whole = rehearse(dewi, version, now)
    parts = rehearse(dewi, version, now, parts=7)
    assert parts.report == whole.report
    seen = [
        list(Sample.objects.filter(rehearsal=one).order_by("change", "position").values_list("verdict", flat=True))
        for one in (whole, parts)
    ]
    assert seen[0] == seen[1]


def test_only_the_time_asked_for_counts(dewi, now):
    version = makers.draft(dewi, now, OLDER)
    assert rehearse(dewi, version, now, back=timedelta(days=2, hours=1)).items == 20
    with pytest.raises(NothingToRehearseOn):
        actions.start_backtest(actor=dewi, version_id=version, back=timedelta(hours=3), now=now)
    with pytest.raises(BadSpan):
        actions.start_backtest(actor=dewi, version_id=version, back=timedelta(0), now=now)


def test_an_edited_item_counts_once_a_version_and_one_screened_twice_once(dewi, now):
    makers.submit({"l-1": "Chair 1, call me on +62 812 3456 7890"}, now=now - timedelta(hours=5))
    told = rehearse(dewi, makers.draft(dewi, now, OLDER), now)
    assert told.items == 61
    assert told.report["matrix"]["reject>approve"] == 11


def test_verdicts_of_an_older_ruleset_are_judged_by_the_live_one_first(dewi, jonas, now):
    second = makers.draft(dewi, now, OLDER, ("age: 2 days", "age: 2 hours"))
    policy.check(actor=dewi, version_id=second, now=now)
    policy.approve(actor=jonas, version_id=second, now=now)
    policy.publish(actor=jonas, versions=[second], now=now)
    told = rehearse(dewi, makers.draft(dewi, now, OLDER, CHAIRS), now)
    assert told.live_number == 2
    assert told.report["matrix"] == {"approve>approve": 10, "approve>limit": 40, "review>review": 10}


def test_a_word_list_is_rehearsed_too(dewi, now):
    version = policy.edit_list(actor=dewi, name="weapons", text="revolver\nchair\n", now=now)
    told = rehearse(dewi, version, now)
    assert told.target == "list"
    assert told.report["matrix"] == {"reject>reject": 10, "approve>review": 40, "review>review": 10}


def test_a_folder_is_rehearsed_whole(dewi, now, tmp_path):
    path = policy_makers.make_folder(
        tmp_path / "new", policies={"contact.md": makers.changed(policy_makers.CONTACT, OLDER)}
    )
    made = actions.start_folder(actor=dewi, path=path, back=WEEK, now=now)
    assert run(made.id, processes=0) == "done"
    assert Rehearsal.objects.get(id=made.id).changed == 10


def test_a_draft_that_does_not_compile_is_refused_and_one_changed_meanwhile_fails(dewi, now):
    with pytest.raises(DoesNotPass):
        actions.start_backtest(
            actor=dewi, version_id=makers.draft(dewi, now, ("account.age", "acount.age")), back=WEEK, now=now
        )
    version = makers.draft(dewi, now, OLDER)
    made = actions.start_backtest(actor=dewi, version_id=version, back=WEEK, now=now)
    text = makers.changed(policy_makers.CONTACT, CHAIRS)
    policy.draft(actor=dewi, text=text, translations={}, version_id=version, now=now)
    assert run(made.id, processes=0) == "failed"
    assert "changed since it began" in Rehearsal.objects.get(id=made.id).error


def test_it_can_be_cancelled_once(dewi, now):
    made = actions.start_backtest(actor=dewi, version_id=makers.draft(dewi, now, OLDER), back=WEEK, now=now)
    actions.cancel_backtest(actor=dewi, rehearsal_id=made.id, now=now)
    assert run(made.id, processes=0) == "cancelled"
    with pytest.raises(AlreadyOver):
        actions.cancel_backtest(actor=dewi, rehearsal_id=made.id, now=now)
    assert not Part.objects.exists()


def test_one_whose_runner_was_lost_goes_on_and_says_so(dewi, now):
    made = actions.start_backtest(
        actor=dewi, version_id=makers.draft(dewi, now, OLDER, CHAIRS), back=WEEK, now=now, target_items=10
    )
    Rehearsal.objects.filter(id=made.id).update(state="running", started_at=now)
    Part.objects.filter(number=0).update(state="taken", taken_by="one that is gone")
    assert run(made.id, processes=0) == "done"
    row = Rehearsal.objects.get(id=made.id)
    assert (row.restarts, row.changed, row.report["items"]) == (1, 50, 60)
    assert FactRow.objects.filter(kind="rehearsal.resumed").count() == 1


def test_reviewers_may_not(sari, dewi, now):
    version = makers.draft(dewi, now, OLDER)
    with pytest.raises(Forbidden):
        actions.start_backtest(actor=sari, version_id=version, back=WEEK, now=now)


def test_a_batch_costs_the_same_few_statements_whatever_its_size(dewi, now):
    version = makers.draft(dewi, now, OLDER)
    rehearse(dewi, version, now)  # what a process keeps is read once
    # What is measured now and then, and the first compilation, come on top of what a batch costs: the least counts.
    least: dict[timedelta, int] = {}
    for back in (WEEK, timedelta(days=1, hours=1)) * 3:
        made = actions.start_backtest(actor=dewi, version_id=version, back=back, now=now)
        with CaptureQueriesContext(connection) as caught:
            run(made.id, processes=0)
        count = len([q for q in caught if "SAVEPOINT" not in q["sql"]])
        least[back] = min(count, least.get(back, count))
    assert len(set(least.values())) == 1, least


@pytest.mark.parametrize("kind", ["same", "older", "chairs", "rate", "gone", "list"])
def test_judging_only_what_changed_comes_to_the_same_as_judging_everything(dewi, jonas, now, monkeypatch, kind):
    """The past here stands on three rulesets: the first, one with another rule, one with another list."""
    second = makers.draft(dewi, now, CHAIRS)
    policy.check(actor=dewi, version_id=second, now=now)
    policy.approve(actor=jonas, version_id=second, now=now)
    policy.publish(actor=jonas, versions=[second], now=now)
    makers.submit({f"s-{n}": makers.PHONE.format(n=n) + (" Chair" if n % 2 else "") for n in range(6)}, now=now)
    words = policy.edit_list(actor=dewi, name="weapons", text="revolver\nshotgun\nlamp\n", now=now)
    policy.approve_list(actor=jonas, version_id=words, now=now)
    policy.publish(actor=jonas, lists=[words], now=now)
    makers.submit({f"t-{n}": ["A lamp", "A chair", "An old revolver lamp"][n % 3] for n in range(9)}, now=now)
    version = {
        "same": lambda: makers.draft(dewi, now, CHAIRS),
        "older": lambda: makers.draft(dewi, now, OLDER),
        "chairs": lambda: makers.draft(dewi, now, CHAIRS, ("demote", "age")),
        "rate": lambda: makers.draft(dewi, now, RATE),
        "gone": lambda: makers.draft(dewi, now, ("account.age < days(30)", "account.age < days(0)")),
        "list": lambda: policy.edit_list(actor=dewi, name="weapons", text="revolver\nchair\n", now=now),
    }[kind]()
    at = now + timedelta(minutes=1)
    quick = rehearse(dewi, version, at)
    assert quick.items == 75
    from trustdesk.policy import queries

    monkeypatch.setattr(queries, "plan_identity", lambda content: "another")
    assert rehearse(dewi, version, at).report == quick.report


RATE = (
    "    then: reject\n",
    '    then: reject\n  - name: eager\n    when: rate("listings", by=account, per=days(1)) > 4 and has(item.text, "chair")\n    then: reject\n',
)


def test_a_lookup_that_was_not_asked_then_makes_its_rule_approximate(dewi, now):
    report = rehearse(dewi, makers.draft(dewi, now, RATE), now).report
    assert report["rules"]["contact/eager"] == [0, 0, 0, 0, 0, 0, 40, 0], "forty chairs could not be answered for"
    assert (report["unsure"], report["matrix"].get("approve>review", 0)) == (40, 0)


def test_a_lookup_that_was_asked_then_is_used(dewi, jonas, now):
    version = makers.draft(dewi, now, RATE)
    policy.check(actor=dewi, version_id=version, now=now)
    policy.approve(actor=jonas, version_id=version, now=now)
    policy.publish(actor=jonas, versions=[version], now=now)
    later = now + timedelta(days=2)
    makers.submit({f"c-{n}": f"Chair {n}" for n in range(8)}, now=later)
    again = makers.draft(dewi, later, RATE, ("> 4 and", "> 6 and"))
    told = rehearse(dewi, again, later + timedelta(minutes=1), back=timedelta(hours=1))
    assert told.report["unsure"] == 0
    assert told.report["rules"]["contact/eager"][:4] == [4, 2, 0, 2]


def test_an_answer_of_another_version_of_a_signal_is_not_used(db, tmp_path, now):
    from trustdesk.kernel.people.actor import SYSTEM

    policy_text = policy_makers.CONTACT.replace(
        "    then: reject\n",
        "    then: reject\n  - name: model\n    when: ugliness(item.text) > 0.5\n    then: reject\n    if_unknown: review\n",
        1,
    )

    def declare(version):
        registry.forget("ugliness")
        registry.declare(
            Signal("ugliness", (Argument("value", "text"),), cost="model", version=version),
            lambda questions: [0.9 if "ugly" in q["value"] else 0.1 for q in questions],
        )

    try:
        declare("1")
        path = policy_makers.make_folder(tmp_path / "pack", policies={"contact.md": policy_text})
        policy.import_pack(actor=SYSTEM, path=path, now=now)
        from trustdesk.screening import actions as screening

        makers.submit({f"u-{n}": f"An ugly chair {n}" for n in range(4)}, now=now)
        for row in Verdict.objects.filter(state="pending"):
            screening.settle(verdict_id=row.id, now=now)
        dewi = policy_makers.make_person("Dewi", "policy_owner", now=now)
        changed = makers.draft(dewi, now, ("> 0.5", "> 0.95"), text=policy_text)
        hour = {"back": timedelta(hours=1), "now": now + timedelta(minutes=1)}
        assert rehearse(dewi, changed, **hour).report["matrix"] == {"reject>approve": 4}
        declare("2")
        # Nobody compiles the same ruleset with two versions of a signal in one process but a test.
        from trustdesk.policy.queries import rulesets

        rulesets.plans._kept.clear()
        report = rehearse(dewi, changed, **hour).report
        assert (report["unsure"], report["rules"]["contact/model"][6]) == (4, 4)
    finally:
        registry.forget("ugliness")


@pytest.mark.real
def test_processes_share_the_parts(real_db, tmp_path, now):
    policy_makers.publish_pack(tmp_path / "published", now)
    makers.past(now)
    dewi = policy_makers.make_person("Dewi", "policy_owner", now=now)
    version = makers.draft(dewi, now, OLDER, CHAIRS)
    made = actions.start_backtest(actor=dewi, version_id=version, back=WEEK, now=now, target_items=5)
    told = []
    assert run(made.id, processes=2, tell=told.append) == "done"
    assert Rehearsal.objects.get(id=made.id).report["matrix"] == {
        "reject>approve": 10,
        "approve>limit": 40,
        "review>review": 10,
    }
    assert (told[-1].done, told[-1].items) == (60, 60)


@pytest.mark.real
def test_a_process_that_dies_is_replaced(real_db, tmp_path, now, monkeypatch):
    from trustdesk.rehearsal import running

    policy_makers.publish_pack(tmp_path / "published", now)
    makers.past(now)
    dewi = policy_makers.make_person("Dewi", "policy_owner", now=now)
    made = actions.start_backtest(
        actor=dewi, version_id=makers.draft(dewi, now, OLDER), back=WEEK, now=now, target_items=5
    )
    spawn, killed = running._spawn, []

    def spawned(*args):
        process = spawn(*args)
        if not killed:
            killed.append(process)
            process.kill()
        return process

    monkeypatch.setattr(running, "_spawn", spawned)
    assert run(made.id, processes=1) == "done"
    assert Rehearsal.objects.get(id=made.id).report["items"] == 60
