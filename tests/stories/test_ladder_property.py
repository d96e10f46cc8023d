"""Whatever happens to an account, its ladder is what the ledger says."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.stories.climbing import quick, remove, to
from trustdesk.content import queries as content
from trustdesk.content.models import Account
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.decisions.folding import Breach, count, total
from trustdesk.decisions.ladders import ladder_for, live_ladders, terms_of
from trustdesk.decisions.models import LadderVersion, Proposal, Restriction, Strike
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import sources

# What can happen to one account: an ad is removed (of some policy, so many hours later), a decision falls, a person
# finds an ad fine, time passes.
EVENTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("remove"), st.sampled_from(["off-platform-contact", "weapons", "hate"]), st.integers(1, 2000)
        ),
        st.tuples(st.just("reverse"), st.integers(0, 30), st.integers(1, 400)),
        st.tuples(st.just("approve"), st.integers(0, 30), st.integers(1, 400)),
        st.tuples(st.just("wait"), st.just(0), st.integers(1, 4000)),
    ),
    min_size=3,
    max_size=12,
)


def from_the_ledger(account, now):
    """Strikes and restrictions of an account, counted from facts alone: (kind, weight, number) by decision, restrictions in
    force with their end, strikes in force, and whether one of them reaches the end of the ladder."""
    facts = ledger.of_subject(str(account))
    ladders = {row.id: terms_of(row) for row in LadderVersion.objects.all()}
    breaches, gone, cuts = {}, set(), {}
    for fact in facts:
        told = fact.payload
        if fact.kind == "strike.counted":
            breaches[told["decision"]] = Breach(
                decision=told["decision"],
                at=datetime.fromisoformat(told["counted_at"]),
                posted_at=datetime.fromisoformat(told["posted_at"]),
                item=told["item"],
                version=told["version"],
                weighs=told["weighs"],
                gravity=told["gravity"],
                feature=told["feature"],
                zero_tolerance=told["zero_tolerance"],
                terms=next(terms for key, terms in ladders.items() if str(key) == told["ladder"]),
            )
        elif fact.kind == "strike.reversed":
            gone.add(told["decision"])
        elif fact.kind == "restriction.applied_to_account" or fact.kind == "restriction.changed_on_account":
            cuts[told["restriction"]] = (told["restriction_kind"], told["ends_at"])
        elif fact.kind == "restriction.lifted_from_account":
            assert cuts.pop(told["restriction"]), "lifted once, and applied before"
    counted = count(breach for decision, breach in breaches.items() if decision not in gone)
    strikes = {str(key): (one.kind, one.weight, one.number, one.expires_at) for key, one in counted.items()}
    holding = sorted((kind, datetime.fromisoformat(end)) for kind, end in cuts.values())
    ends = any(one.ends for one in counted.values())
    return strikes, holding, total(counted.values(), at=now), ends


# Found once: four strikes propose the end of the account, and the suspension meanwhile is time served when it comes down.
SUSPENDED_MEANWHILE = [
    ("remove", "hate", 1),
    ("remove", "off-platform-contact", 997),
    ("remove", "weapons", 67),
    ("remove", "off-platform-contact", 116),
    ("approve", 2, 237),
]
# What proposed the end falls, and a later strike still reaches it.
PROPOSED_AGAIN = [
    ("remove", "weapons", 1),
    ("remove", "weapons", 90),
    ("remove", "weapons", 90),
    ("reverse", 1, 30),
    ("reverse", 2, 30),
]
# Where a run once struck its limit of time.
LONG_STORY = [
    ("remove", "off-platform-contact", 99),
    ("remove", "weapons", 736),
    ("remove", "hate", 1951),
    ("remove", "off-platform-contact", 61),
    ("wait", 0, 3107),
    ("approve", 0, 164),
    ("wait", 0, 227),
    ("reverse", 12, 259),
    ("reverse", 6, 89),
    ("reverse", 21, 234),
    ("reverse", 1, 208),
    ("remove", "off-platform-contact", 1928),
]


def let_ladders_follow(now):
    """Facts reach those who count. The rest of the house would make each event ten times as long."""
    names = [name for name in reactor_names() if name.startswith("decisions.")]
    assert len(names) >= 3
    outbox.deliver_all(now=now, reactors=names)


# A slow machine may take its time: a limit that strikes in the middle of an example looks like a failure of that example.
@pytest.mark.timeout(1800)
@pytest.mark.slow
@given(events=EVENTS)
@example(events=SUSPENDED_MEANWHILE)
@example(events=PROPOSED_AGAIN)
@example(events=LONG_STORY)
# What fails is told as it was found: to shrink it through the database takes longer than to read it.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_the_ladder_is_what_the_ledger_says(desk, now, moment, events):
    with transaction.atomic():
        at, made = now, []
        account = Account.objects.create(
            source_id=next(iter(sources())), external_id="budi", email="budi@example.com", first_seen_at=now
        )
        budi = content.accounts([account.id])[account.id]
        for n, (what, which, hours) in enumerate(events):
            at += timedelta(hours=hours)
            to(moment, at)
            if what == "remove":
                made.append(remove(desk, quick(budi, f"climb-{n}", at), at, code=which))
            elif what == "reverse" and made:
                chosen = made[which % len(made)]
                with suppress(decisions.NothingToReverse):
                    decisions.reverse(actor=SYSTEM, decision_id=chosen.id, why="Wrong", now=at, cause=None)
            elif what == "approve" and made:
                item = decided.by_id(made[which % len(made)].id, now=at).item
                decisions.decide(
                    actor=desk.sari, item_id=item, version=1, outcome="approve", window=timedelta(0), now=at
                )
            let_ladders_follow(at)
            decisions.end_restrictions(now=at)
            decisions.expire_strikes(now=at)
            strikes, holding, number, ends = from_the_ledger(account.id, at)
            rows = Strike.objects.filter(account=account, reversed_at=None)
            assert {str(row.decision_id): (row.kind, row.weight, row.number, row.expires_at) for row in rows} == strikes
            assert decided.ladder_of(account.id, now=at).number == number
            waits = Proposal.objects.filter(account=account, item=None, state="open")
            assert waits.exists() == ends, "proposed as long as a strike that stands reaches the last step"
            live = Restriction.objects.filter(account=account, item=None, lifted_at=None)
            assert sorted((row.kind, row.ends_at) for row in live) == holding
            steps = terms_of(ladder_for(live_ladders(), "ID")).steps
            for row in live.filter(by_ladder=True):
                strike = Strike.objects.get(decision_id=row.decision_id)
                assert strike.reversed_at is None, "nothing is held for a strike that is gone"
                longest = max(step.days or 0 for step in steps if step.kind == row.kind)
                assert row.ends_at <= strike.at + timedelta(days=longest), "never longer than its step"
        transaction.set_rollback(True)
