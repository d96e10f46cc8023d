"""Hidden until somebody has looked: only by people who are usually right, only where a policy says so, always with an end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.notices import actions, rules
from trustdesk.notices.models import Hiding
from trustdesk.notices.rules import Trust, Voice
from trustdesk.notices.tests.makers import listing, report, settle
from trustdesk.notices.tests.test_actions import decide
from trustdesk.policy import queries as policy
from trustdesk.review import queries as reviews

DAY = timedelta(days=1)


def test_strangers_never_hide_anything_however_many_they_are():
    strangers = [Voice(UUID(int=n), False, Trust(0, 0)) for n in range(500)]
    assert not rules.hides(strangers)
    one, two = (Voice(voice.who, False, Trust(3, 3)) for voice in strangers[:2])
    assert not rules.hides([*strangers, one, one])
    assert rules.hides([one, two])
    assert not rules.hides([one, Voice(two.who, False, Trust(3, 9))])  # who was mostly wrong
    assert rules.hides([Voice(None, True, Trust(0, 0))])


def standing(item):
    found = content.items([item])[item]
    return found.status, found.hidden


def hidden(item):
    return standing(item)[1]


@pytest.fixture
def watch(packed_db, now):
    entry = actions.FlaggerEntry(code="watch", name="Safe Street", categories=["violence", "fraud"])
    return actions.keep_flagger(actor=SYSTEM, entry=entry, now=now)


def test_a_trusted_flaggers_report_hides_until_a_person_has_looked(watch, now):
    item, other, warned = listing(now=now), listing(now=now), listing(now=now)
    for one, category in ((item, "violence"), (other, "fraud"), (warned, "violence")):
        report(one, now=now, category=category, who="watch", flagger=watch)
    settle(now)
    assert standing(item) == standing(warned) == ("held", True)
    assert standing(other) == ("live", False)  # no policy about fraud says so
    (made,) = decided.of_items([item], now=now)[item]
    assert (made.outcome, made.made_by, made.automated_decision) == ("hold", "rule", True)
    assert [(one.kind, one.ends_at) for one in made.restrictions] == [("disable", now + DAY)]
    told = decided.statement(made.id, now=now)
    assert "Nobody has judged it yet" in told.text
    assert "Somebody reported it to us." in told.text
    # The person who looks lets it be: shown at once, and nobody's rule was wrong.
    at = now + timedelta(hours=1)
    decide(item, "approve", now=at)
    assert standing(item) == ("live", False)
    assert decided.overturned(now=at) == []
    rests_on = [decisions.Ground(made.clauses[0]["policy"], made.clauses[0]["version"])]
    given = {"item_id": warned, "version": 1, "outcome": "warn", "grounds": rests_on, "window": timedelta(0)}
    decisions.decide(actor=SYSTEM, now=at, **given)
    settle(at)
    assert standing(warned) == ("live", False)
    # What a person has judged is hidden by nobody's report.
    report(item, now=at + DAY, category="violence", who="other", flagger=watch)
    settle(at + DAY)
    assert reviews.of_items([item])[item].state == "open"
    assert standing(item) == ("live", False)


def test_two_people_who_are_usually_right_hide_together_and_it_ends(packed_db, now):
    for _ in range(3):
        bad = listing(now=now)
        for who in ("amara", "citra"):
            report(bad, now=now, who=who)
        settle(now)
        decide(bad, "remove", now=now)
    item = listing(now=now)
    for n in range(4):
        report(item, now=now, category="violence", who=f"stranger{n}")
    report(item, now=now, category="violence", who="amara")
    settle(now)
    assert not hidden(item)
    report(item, now=now, category="violence", who="citra")
    settle(now)
    assert hidden(item)
    # Nobody looked in time: it is shown again, and not hidden once more for the same version.
    assert decisions.end_restrictions(now=now + DAY) == 1
    assert not hidden(item)
    report(item, now=now + DAY, category="violence", who="dian")
    settle(now + DAY)
    assert not hidden(item)
    assert Hiding.objects.count() == 1


def test_many_workers_hide_once(watch, now):
    item = listing(now=now)
    report(item, now=now, category="violence", who="watch", flagger=watch)
    report(item, now=now, category="violence", who="amara")
    sequencer.sequence()

    def work(_):
        try:
            outbox.deliver_all(now=now, reactors=reactor_names())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    settle(now)
    assert standing(item) == ("held", True)
    assert len(decided.of_items([item], now=now)[item]) == 1
    assert policy.hiding(kind="listing", market="DE", family="violence").seconds == DAY.total_seconds()
