"""Two people at the same moment: whoever comes second finds it settled, and never is one of them counted twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from trustdesk.content.models import Account
from trustdesk.decisions import actions, queries
from trustdesk.decisions.actions import Ground, RestrictionSpec
from trustdesk.decisions.models import Decision, Proposal
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import actor_for, sources
from trustdesk.policy.queries import live_content
from trustdesk.web.tests import makers


def proposed(name, actor, now):
    account = Account.objects.create(source_id=next(iter(sources())), external_id=name, first_seen_at=now).id
    entry = live_content().policies[0]
    made = actions.propose(
        actor=actor,
        account_id=account,
        restriction=RestrictionSpec("end_account"),
        grounds=[Ground(policy=entry.code, version=entry.version)],
        why="Again and again.",
        now=now,
    )
    return account, made.id


def at_once(*deeds):
    """All of these in threads of their own, begun together; what each gave, or the code of its refusal."""
    gate = Barrier(len(deeds))

    def run(deed):
        try:
            gate.wait(30)
            return deed()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.real
def test_two_at_once(packed_db, now):
    sari, jonas, made = (actor_for(makers.staff("lead", name=name)) for name in ("Sari", "Jonas", "Made"))

    def confirm(actor, proposal):
        return lambda: actions.confirm(actor=actor, proposal_id=proposal, now=now)

    def refuse(actor, proposal):
        return lambda: actions.refuse(actor=actor, proposal_id=proposal, why="Once is not again.", now=now)

    # Proposed by a person: one other is enough, and only one of two who confirm is the second.
    account, proposal = proposed("both-confirm", sari, now)
    given = at_once(confirm(jonas, proposal), confirm(made, proposal))
    assert sorted(map(type, given), key=str) == sorted([type(proposal), str], key=str), given
    assert "proposal_settled" in given
    assert Decision.objects.filter(account_id=account, outcome="remove").count() == 1
    assert [one.kind for one in queries.account_restrictions([account], now=now)[account]] == ["end_account"]

    # Proposed by a rule: both are needed, and both are counted, in whichever order.
    rule = Actor(kind="rule", id="ladder", name="Strike ladder", handle="TrustDesk")
    account, proposal = proposed("a-rule", rule, now)
    given = at_once(confirm(jonas, proposal), confirm(made, proposal))
    assert sorted(one is None for one in given) == [False, True], given
    row = Proposal.objects.get(id=proposal)
    assert {str(row.first_id), str(row.second_id)} == {jonas.id, made.id}

    # Agreeing and refusing at once: one of them holds, whole; the other is told that it is settled.
    account, proposal = proposed("one-refuses", sari, now)
    given = at_once(confirm(jonas, proposal), refuse(made, proposal))
    assert given.count("proposal_settled") == 1, given
    row = Proposal.objects.get(id=proposal)
    held = [one.kind for one in queries.account_restrictions([account], now=now).get(account, [])]
    assert (row.state, held) in [("confirmed", ["end_account"]), ("refused", [])]
    assert str(row.ended_by_id) == (jonas.id if row.state == "confirmed" else made.id)
