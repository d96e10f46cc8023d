"""Appeals that are right in part, and two people who press at the same moment."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connections

from tests.browser.reviewing import reviewer
from tests.stories.test_appeals import WHY, given, person, rejected_by
from tests.stories.test_objections import ground
from trustdesk.appeals import actions as appeals
from trustdesk.appeals.models import Appeal
from trustdesk.content import queries as content
from trustdesk.decisions import actions as deciding
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.models import Decision
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.models import WorkItem
from trustdesk.notices import queries as reported
from trustdesk.notices.tests.makers import listing, report, settle
from trustdesk.policy import queries as policy
from trustdesk.post.models import Letter


def test_the_removal_goes_and_an_age_limit_stays(desk, now, moment):
    key = people.make_key(actor=SYSTEM, name="Care", scopes=["appeals:write"], source="pasar", now=now).secret
    item, decision = rejected_by(desk, desk.sari, now)
    budi = content.items([UUID(item)])[UUID(item)].account
    assert decisions.ladder_of(budi, now=now).number == 2
    assert [one.kind for one in decisions.account_restrictions([budi], now=now)[budi]] == ["ban_sell"]
    one = UUID(desk.post("/appeals", given(str(decision)), key=key).json()["id"])
    rina = person("Rina", now)
    later = now + timedelta(days=1)
    moment.forward(timedelta(days=1))
    appeals.claim_this(actor=rina, appeal_id=one, now=later)
    appeals.judge_first(actor=rina, appeal_id=one, outcome="unsure", reason="It depends on the papers.", now=later)
    letters, facts = Letter.objects.count(), set(FactRow.objects.values_list("id", flat=True))
    why = "The papers are in order. It is still nothing for children."
    done = appeals.decide(
        actor=rina,
        appeal_id=one,
        outcome="partly",
        reasons=why,
        keep=[appeals.RestrictionSpec("age", seconds=86_400.0 * 30)],
        now=later,
    )
    made = decisions.by_id(done.reversal, now=later)
    assert (made.outcome, made.actor) == ("limit", rina.label)
    assert [(held.kind, held.ends_at) for held in made.restrictions] == [("age", later + timedelta(days=30))]
    before = decisions.by_id(decision, now=later)
    assert before.state == "superseded"
    assert not any(held.in_force for held in before.restrictions)
    seen = content.items([UUID(item)])[UUID(item)]
    assert (seen.status, seen.hidden) == ("limited", False)

    # The strike went with the removal, and with it what it took from the account.
    assert decisions.ladder_of(budi, now=later).number == 0
    assert decisions.account_restrictions([budi], now=later) == {}

    # One letter to Budi says what is over, what stays and until when, and that he can question that, too.
    (letter,) = Letter.objects.order_by("id")[letters:]
    assert letter.to == "budi@example.com"
    assert "This does not hold any more: Removed in all countries." in letter.text
    assert "This stays until 10 April 2026: Shown to adults only in all countries." in letter.text
    assert why in letter.text
    assert "The strike that came with it is gone. You have 0 now." in letter.text
    # What webhooks carry was written with it.
    assert {"appeal.decided", "decision.made", "restriction.lifted", "restriction.applied"} <= {
        fact.kind for fact in FactRow.objects.exclude(id__in=facts)
    }
    desk.deliver(later)
    assert Letter.objects.count() == letters + 1, "nobody is told twice"
    # And a month later nothing of it is left.
    assert decisions.restrictions_in_force([UUID(item)], now=later + timedelta(days=31)) == {}
    desk.post("/appeals", given(str(done.reversal)), key=key)
    assert Appeal.objects.filter(decision_id=done.reversal).exists()


def at_once(*calls):
    """What each of these says, all called at the same moment on connections of their own."""
    start, said = Barrier(len(calls)), []

    def run(call):
        try:
            start.wait(60)
            said.append(call())
        except Refusal as refusal:
            said.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(said) == len(calls)
    return said


@pytest.mark.real
def test_two_at_the_same_moment(packed_db, now):
    """Three times the same appeal is one. Two objections, both right, are one removal with one letter to who posted it."""
    sari, rina, wati = (actor_for(reviewer(name, "DE")) for name in ("Sari", "Rina", "Wati"))
    clause = ground(policy.clause_search("fraud")[0].value)
    item = listing(now=now)
    made = deciding.decide(
        actor=sari, item_id=item, version=1, outcome="limit", grounds=[clause], window=timedelta(0), now=now
    )
    budi = content.accounts([content.items([item])[item].account]).popitem()[1].external_id

    def appeal():
        return appeals.open_appeal(actor=SYSTEM, decision_id=made.id, account=budi, text=WHY, now=now)

    said = at_once(appeal, appeal, appeal)
    assert sum(isinstance(one, appeals.Opened) for one in said) == 1
    assert sum(isinstance(one, appeals.AppealedAlready) for one in said) == 2
    assert (Appeal.objects.count(), WorkItem.objects.filter(queue__code="appeal").count()) == (1, 1)

    other = listing(now=now)
    sent = [report(other, now=now, who=who, language="en").standings[0][0] for who in ("amara", "citra")]
    settle(now)
    deciding.decide(actor=sari, item_id=other, version=1, outcome="approve", window=timedelta(0), now=now)
    settle(now)
    decision = reported.one(sent[0]).decision
    opened = [appeals.open_appeal(actor=SYSTEM, decision_id=decision, notice=one, text=WHY, now=now).id for one in sent]
    for judge, one in zip((rina, wati), opened, strict=True):
        appeals.claim_this(actor=judge, appeal_id=one, now=now)
        appeals.judge_first(actor=judge, appeal_id=one, outcome="overturn", reason="Nobody gets a thing.", now=now)

    def judge(actor, one):
        return lambda: appeals.decide(
            actor=actor, appeal_id=one, outcome="overturned", reasons="You were right.", grounds=[clause], now=now
        )

    said = at_once(judge(rina, opened[0]), judge(wati, opened[1]))
    removed = Decision.objects.get(item_id=other, outcome="remove")
    # Who came second is told that something was done meanwhile, and says so without a clause.
    decided = [one for one in said if isinstance(one, appeals.Decided)]
    refused = [one for one in said if isinstance(one, Refusal)]
    assert (len(decided), [one.fields.keys() for one in refused]) == (1, [{"clauses"}])
    left = Appeal.objects.get(state="open", notice__isnull=False)
    by = rina if left.id == opened[0] else wati
    appeals.decide(actor=by, appeal_id=left.id, outcome="overturned", reasons="You were right.", now=now)
    assert set(Appeal.objects.filter(notice__isnull=False).values_list("reversal_id", flat=True)) == {removed.id}
    assert Letter.objects.filter(about=f"decision:{removed.id}").count() <= 1
