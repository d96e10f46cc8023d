"""What a case seems to be about: read from its first message, suggested, taken or overruled, learnt from."""

import csv
import io
from datetime import timedelta

import pytest

from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.queries import actor_for
from trustdesk.macros import actions as macros
from trustdesk.macros.tests.makers import kept
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import QuestionView
from trustdesk.support import actions as cases
from trustdesk.support.tests.makers import asked, case, sent, staff
from trustdesk.triage import actions, queries, rules
from trustdesk.triage.models import Habit, Judgement
from trustdesk.triage.rules import Told
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
HACKED = "A stranger changed my password and my email last night and writes to my customers now."
HEARD = ["triage.plan", "triage.learn_sorted", "triage.learn_priority", "triage.note_queue", "triage.note_macro"]
SAID = QuestionView("en", 0.99, "account_hacked", 0.9, 0.95, 0.1, {"intent": "1"})


@pytest.fixture
def told(monkeypatch):
    """What the models say, without them: the test that asks them is the first."""
    monkeypatch.setattr(signals, "questions", lambda texts: [SAID] * len(texts))


def read(now, **given):
    opened = asked(now, **given)
    outbox.deliver_all(now=now + timedelta(seconds=1), reactors=HEARD)
    actions.read_due(now=now + timedelta(seconds=2))
    return opened.id


@pytest.mark.real
def test_the_shipped_models_tell_what_a_question_is_about(now):
    found = queries.of_case(read(now, text=HACKED, subject="My account was hacked", language=""))
    said = {one.what: one for one in found.suggestions}
    assert (said["intent"].value, said["intent"].sure) == ("account_hacked", True)
    assert said["priority"].value in {"high", "urgent"}
    assert said["language"].value == "en"
    assert "intent" in found.models
    thanks = queries.of_case(read(now, text="Thank you so much, your team was wonderful!", subject="Thanks"))
    assert {one.what for one in thanks.suggestions} <= {"intent", "language"}
    assert thanks.mood is not None
    assert thanks.mood.value == "pleased"


@pytest.mark.real
@pytest.mark.parametrize(
    "text", ["", " \n ", "\x00", "???? 12345", "🐙" * 500, "ꦲꦏ꧀ꦱꦫ", "a" * 200_000, "<script>alert(1)</script>"]
)
def test_whatever_is_written_is_read_or_left(now, text):
    found = queries.of_case(read(now, text=text or " ", subject=""))
    assert found.state in {"read", "empty"}
    assert all(0 <= one.share <= 1 for one in found.suggestions)


def test_a_suggestion_is_taken_overruled_and_kept_as_a_label(now, told):
    sari, case_id = staff("Sari", now), read(now)
    assert case(case_id).intent == ""
    assert case(case_id).priority == "normal"  # nothing is done by itself
    assert actions.choose(actor=sari, case_id=case_id, what="intent", value="account_hacked", now=now)
    assert not actions.choose(actor=sari, case_id=case_id, what="priority", value="high", now=now)
    assert (case(case_id).intent, case(case_id).priority) == ("account_hacked", "high")
    kept = {row.what: (row.suggested, row.chosen, row.agreed) for row in Judgement.objects.all()}
    assert kept == {
        "intent": ("account_hacked", "account_hacked", True),
        "priority": ("urgent", "high", False),
    }
    assert FactRow.objects.filter(kind="triage.judged").count() == 2
    outbox.deliver_all(now=now + timedelta(minutes=1), reactors=HEARD)  # hears what it did itself: nothing changes
    assert Judgement.objects.count() == 2
    actions.choose(actor=sari, case_id=case_id, what="priority", value="urgent", now=now + timedelta(minutes=2))
    assert Judgement.objects.get(what="priority").agreed
    assert [(one.what, one.right, one.total) for one in queries.figures(days=7, now=now + timedelta(hours=1))] == [
        ("intent", 1, 1),
        ("priority", 1, 1),
    ]


def test_who_sorts_by_themselves_judges_too_and_machines_do_not(now, told):
    sari, case_id = staff("Sari", now), read(now)
    cases.set_priority(actor=sari, case_id=case_id, priority="low", now=now + timedelta(minutes=5))
    cases.sort(actor=sari, case_id=case_id, intent="scammed", now=now + timedelta(minutes=5))
    outbox.deliver_all(now=now + timedelta(minutes=6), reactors=HEARD)
    kept = {row.what: (row.chosen, row.agreed, row.staff_id is not None) for row in Judgement.objects.all()}
    assert kept == {"priority": ("low", False, True), "intent": ("scammed", False, True)}
    other = read(now)
    cases.sort(actor=cases_system(), case_id=other, intent="scammed", now=now + timedelta(minutes=5))
    outbox.deliver_all(now=now + timedelta(minutes=6), reactors=HEARD)
    assert Judgement.objects.filter(reading__case_id=other).count() == 0


def cases_system():
    from trustdesk.kernel.people.actor import SYSTEM

    return SYSTEM


def test_what_cannot_be_chosen_is_refused_and_nothing_changes(now, told):
    sari, case_id = staff("Sari", now), read(now)
    for what, value, code in (
        ("intent", "nonsense", "invalid"),
        ("intent", "", "invalid"),
        ("status", "closed", "no_such_suggestion"),
        ("language", "tlh", "invalid"),
    ):
        with pytest.raises(Exception) as refused:  # noqa: PT011  its code is looked at
            actions.choose(actor=sari, case_id=case_id, what=what, value=value, now=now)
        assert refused.value.code == code
    assert Judgement.objects.count() == 0
    elsewhere = staff("Made", now, in_markets=("MY",))
    there = read(now, market="ID")
    with pytest.raises(cases.NoSuchCase):
        actions.choose(actor=elsewhere, case_id=there, what="intent", value="scammed", now=now)


def test_models_that_are_refused_are_tried_three_times_and_keep_nobody(now, monkeypatch):
    def refused(texts):
        raise signals.ArtefactRefused("intent", "no")

    monkeypatch.setattr(signals, "questions", refused)
    case_id = read(now)
    for minutes in (3, 6, 9):
        actions.read_due(now=now + timedelta(minutes=minutes))
    assert queries.of_case(case_id).state == "failed"
    assert queries.of_case(case_id).suggestions == ()


def test_habits_of_the_desk_are_told_once_they_are_some(now, told):
    sari = staff("Sari", now, role="lead")
    macro = kept(sari, now, "Get your account back", "Hello", shared=True)
    for n in range(3):
        case_id = read(now + timedelta(minutes=n))
        cases.use_macro(actor=sari, case_id=case_id, macro_id=macro, seen=1, now=now + timedelta(minutes=n))
        sent(case_id, sari, now + timedelta(minutes=n), then_status="resolved")
    outbox.deliver_all(now=now + timedelta(hours=1), reactors=HEARD)
    assert Habit.objects.get(kind="queue").times == 3
    new = read(now + timedelta(hours=2))
    found = queries.help_for(case(new), actor=sari)
    assert found.queue == (case(new).queue, 3, 3)
    assert [one.name for one in found.macros] == ["Get your account back"]
    macros.archive(actor=sari, macro_id=macro, now=now)
    assert queries.help_for(case(new), actor=sari).macros == ()


def test_the_panel_offers_and_the_page_counts(now, told, client):
    person = makers.staff("lead", name="Sari")
    client.force_login(person)
    case_id = read(now, subject="<b>Hacked</b>")
    shown = client.get(f"/triage/cases/{case_id}").content.decode()
    assert "Account taken over" in shown
    assert "90 of 100 sure" in shown
    answer = client.post(f"/triage/cases/{case_id}/choose", {"what": "intent", "value": "scammed"})
    assert answer.status_code == 200
    assert "suggested was Account taken over" in answer.content.decode()
    assert client.post(f"/triage/cases/{case_id}/choose", {"what": "intent", "value": "x"}).status_code == 422
    page = client.get("/triage/").content.decode()
    assert "Account taken over" in page
    rows = list(csv.reader(io.StringIO(client.get("/triage/choices.csv").content.decode())))
    assert rows[1][1:4] == ["intent", "account_hacked", "0.9"]
    assert actor_for(person).may("support.report")


@pytest.mark.parametrize(
    ("told", "whats", "mood"),
    [
        (Told(), [], ""),
        (Told(intent="oos", intent_share=0.9), [], ""),
        (Told(urgency=0.5), ["priority:high"], ""),
        (Told(urgency=0.8), ["priority:urgent"], ""),
        (Told(intent="praise", intent_share=0.4), ["intent:praise"], ""),
        (Told(intent="complaint", intent_share=0.6, hostile=0.2), ["intent:complaint"], "unhappy"),
        (Told(intent="praise", intent_share=0.9, hostile=0.9), ["intent:praise"], "angry"),
    ],
)
def test_what_is_suggested_of_what_models_say(told, whats, mood):
    assert [f"{one.what}:{one.value}" for one in rules.suggestions(told).values()] == whats
    found = rules.mood(told)
    assert (found.value if found else "") == mood


def test_a_queue_is_told_only_where_most_ended():
    assert rules.usual_queue({}) is None
    assert rules.usual_queue({"a": 2}) is None
    assert rules.usual_queue({"a": 3, "b": 3}) is None
    assert rules.usual_queue({"a": 6, "b": 4}) == ("a", 6, 10)
    low, high = rules.interval(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)  # Wilson's, by hand
