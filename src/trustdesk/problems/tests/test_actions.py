"""Codes do not arrive: Jonas makes one problem of many cases, tells all of them, and sees whether the fix holds."""

from datetime import timedelta
from uuid import uuid4

import pytest

from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger import outbox
from trustdesk.problems import actions, needs, queries
from trustdesk.problems.models import Problem, Turn
from trustdesk.problems.tests.makers import LATER, asked, begun, case, codes, person, wrote
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.support.actions import NoSuchCase

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def jonas():
    return person()


def told(problem):
    return queries.tellings_of(problem)[0]


def said(case_id):
    return [(one.direction, one.text) for one in cases.conversation(case_id) if one.direction != "in"]


def run(now):
    while actions.tell_due(now=now):
        pass


def test_cases_are_linked_once_and_alike_ones_are_suggested(now, jonas):
    first, second, third = codes(now)
    asked(now, subject="A parcel", text="Where is it?")
    one = begun(jonas, [first], now)
    problem = queries.by_id(one)
    assert "code" in problem.words
    assert {found.id for found in queries.alike(problem, actor=jonas, now=now)} == {second, third}
    assert actions.link(actor=jonas, problem_id=one, cases=[first, second], now=now) == 1
    with pytest.raises(Exception, match="linked already"):
        actions.link(actor=jonas, problem_id=one, cases=[second], now=now)
    actions.unlike(actor=jonas, problem_id=one, cases=[third], now=now)
    assert queries.alike(problem, actor=jonas, now=now) == []
    actions.unlink(actor=jonas, problem_id=one, case_id=second, now=now)
    assert queries.alike(problem, actor=jonas, now=now) == [], "it was said to be something else"
    with pytest.raises(NotFound):
        actions.unlink(actor=jonas, problem_id=one, case_id=second, now=now)
    for wrong in ([uuid4()], []):
        with pytest.raises((NoSuchCase, Invalid)):
            actions.link(actor=jonas, problem_id=one, cases=wrong, now=now)
    for title, words in (("", ""), ("x" * 161, ""), ("T", "x" * 201), ("T", '"open')):
        with pytest.raises(Invalid):
            actions.begin(actor=jonas, title=title, cases=[first], words=words, now=now)
    with pytest.raises(Forbidden):
        actions.link(actor=person("auditor", "Ines"), problem_id=one, cases=[second], now=now)


def test_a_merged_case_leaves_its_problem_to_its_successor(now, jonas):
    first, second = codes(now, 2)
    one = begun(jonas, [first], now)
    support.merge(actor=jonas, case_id=first, into=second, now=now)
    outbox.deliver_all(now=now, reactors=["problems.follow"])
    assert second in queries.case_ids(one)
    assert actions.link(actor=jonas, problem_id=one, cases=codes(now, 1, start=9), now=now) == 1


def test_all_are_told_once_and_who_is_left_alone_is_said(now, jonas):
    ids = codes(now, 7)
    twice = codes(now, 1)[0]  # of somebody who wrote before
    silent = codes(now, 1, address="")[0]
    one = begun(jonas, [*ids, twice, silent], now)
    support.set_status(actor=jonas, case_id=ids[1], status="resolved", now=now)
    support.set_status(actor=jonas, case_id=ids[2], status="closed", now=now)
    support.merge(actor=jonas, case_id=ids[3], into=ids[4], now=now)
    telling = actions.tell(actor=jonas, problem_id=one, kind="reply", text="Codes arrive again. Sorry!", now=now)
    wrote(ids[5], now, "Still nothing!!")  # read by nobody
    with pytest.raises(actions.StillTelling):
        actions.tell(actor=jonas, problem_id=one, kind="note", text="N", now=now)
    run(now)
    run(now)
    found = told(one)
    assert not found.running
    assert found.whys == {"resolved": 1, "closed": 1, "merged": 1, "told_already": 1, "no_address": 1, "newer": 1}
    assert found.counts["done"] == 3
    assert said(ids[0]) == [("out", "Codes arrive again. Sorry!")]
    assert said(ids[1]) == said(ids[5]) == said(twice) == []
    assert cases.conversation(ids[0])[-1].state == "sending", "it can be undone for a while, as any reply"
    support.send_due(now=now + LATER)
    assert cases.conversation(ids[0])[-1].state == "sent"
    assert {case_.id: why for case_, why in queries.left_alone(telling, actor=jonas)}[ids[5]] == "newer"

    # More cases come to it: only those are told.
    more = codes(now, 2, start=20)
    again = codes(now, 1)[0]
    actions.link(actor=jonas, problem_id=one, cases=[*more, again], now=now)
    assert told(one).untold == 3
    assert actions.go_on(actor=jonas, telling_id=telling, now=now) == 3
    run(now)
    assert told(one).counts["done"] == 5
    assert said(again) == []
    assert len(said(ids[0])) == 1
    with pytest.raises(Invalid):
        actions.go_on(actor=jonas, telling_id=telling, now=now)


def test_a_note_stays_inside_and_is_kept_in_resolved_cases_too(now, jonas):
    first, second = codes(now, 2)
    one = begun(jonas, [first, second], now)
    support.set_status(actor=jonas, case_id=first, status="resolved", now=now)
    actions.tell(actor=jonas, problem_id=one, kind="note", text="It is the provider.", now=now)
    run(now)
    assert said(first) == said(second) == [("note", "It is the provider.")]
    assert not [each for each in cases.public_messages(first) if each.direction == "out"]


def test_stopped_and_what_has_not_left_is_taken_back(now, jonas):
    ids = codes(now, 3)
    one = begun(jonas, ids, now)
    telling = actions.tell(actor=jonas, problem_id=one, kind="reply", text="Soon.", now=now)
    assert _turn(telling, now)
    assert actions.stop(actor=jonas, telling_id=telling, now=now + timedelta(seconds=3)) == 1
    run(now)
    assert told(one).counts == {"taken_back": 1, "stopped": 2}
    assert [said(each) for each in ids] == [[], [], []]
    assert not any(cases.drafts_of(each, actor=jonas) for each in ids)
    with pytest.raises(actions.TellingOver):
        actions.stop(actor=jonas, telling_id=telling, now=now + DAY)


def _turn(telling, now):
    from trustdesk.problems.actions.telling import _next

    return _next(telling, now=now)


def test_who_may_not_answer_any_more_tells_nobody(now, jonas):
    from trustdesk.kernel.people.models import Grant

    ids = codes(now, 2)
    one = begun(jonas, ids, now)
    actions.tell(actor=jonas, problem_id=one, kind="reply", text="Soon.", now=now)
    Grant.objects.filter(staff_id=jonas.id).delete()
    run(now)
    assert told(one).whys == {"forbidden": 2}
    sari = person("reviewer", "Sari")
    with pytest.raises(Forbidden):
        actions.tell(actor=sari, problem_id=one, kind="reply", text="Soon.", now=now)
    for kind, text in (("shout", "T"), ("reply", " "), ("reply", "x" * 8_001)):
        with pytest.raises(Invalid):
            actions.tell(actor=person(name="Rina"), problem_id=one, kind=kind, text=text, now=now)


def test_offered_to_be_closed_when_it_is_quiet_and_closed_by_a_person_alone(now, jonas):
    start = now - 20 * DAY
    ids = [codes(start + n * DAY, 2, start=10 * n)[0] for n in range(10)]
    one = begun(jonas, ids, now, words="login code")
    actions.set_state(actor=jonas, problem_id=one, state="watching", seen="open", fixed_at=now - 10 * DAY, now=now)
    actions.watch(now=now)
    found = queries.by_id(one)
    assert found.quiet_since == now
    assert found.state == "watching", "never closed by itself"
    course = queries.course(found, now=now)
    assert course.before == 2, "one linked and one alike a day"
    (need,) = needs.quiet(jonas, now)
    assert str(found.number) in need.says
    codes(now - DAY, 3, start=500)
    actions.watch(now=now)
    assert queries.by_id(one).quiet_since is None
    assert list(needs.quiet(jonas, now)) == []
    with pytest.raises(Stale):
        actions.set_state(actor=jonas, problem_id=one, state="closed", seen="open", now=now)
    actions.set_state(actor=jonas, problem_id=one, state="closed", seen="watching", now=now)
    with pytest.raises(actions.ProblemClosed):
        actions.link(actor=jonas, problem_id=one, cases=codes(now, 1, start=900), now=now)
    for state, at in (("gone", None), ("fixed", now + DAY), ("closed", None)):
        with pytest.raises(Invalid):
            actions.set_state(actor=jonas, problem_id=one, state=state, seen="closed", fixed_at=at, now=now)


def test_what_is_known_is_changed_by_one_at_a_time(now, jonas):
    one = begun(jonas, codes(now, 1), now)
    given = {"title": "Codes", "cause": "The provider", "fix": "", "words": "login code", "share": 10, "days": 5}
    actions.change(actor=jonas, problem_id=one, version=1, now=now, **given)
    with pytest.raises(Stale):
        actions.change(actor=jonas, problem_id=one, version=1, now=now, **(given | {"cause": "Us"}))
    for wrong in ({"share": 101}, {"days": 0}, {"title": " "}, {"words": "stauts:open"}, {"cause": "x" * 4_001}):
        with pytest.raises(Invalid):
            actions.change(actor=jonas, problem_id=one, version=2, now=now, **(given | wrong))
    assert Problem.objects.get().cause == "The provider"
    assert not Turn.objects.exists()
    assert case(queries.case_ids(one)[0]).status == "new"
