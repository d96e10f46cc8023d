"""How a decision came to light, from the notice to the statement in the register's file."""

import json
from datetime import timedelta
from uuid import uuid4

from trustdesk.content import queries as content
from trustdesk.content.models import Item
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.decisions.models import Proposal
from trustdesk.kernel.base.timesource import source
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.notices import actions as notices
from trustdesk.notices import queries
from trustdesk.notices.tests.makers import report
from trustdesk.policy import queries as policy
from trustdesk.register import exporting
from trustdesk.register.tests import standin
from trustdesk.register.tests.makers import FINE, ads, settle
from trustdesk.review import actions as review
from trustdesk.review import queries as reviews
from trustdesk.web.tests import makers


def sari(now):
    makers.staff("reviewer")  # the starting roles
    made = people.add_staff(
        actor=SYSTEM,
        email=f"{uuid4().hex}@desk.example",
        name="Sari",
        password="a calm password",
        roles=["reviewer"],
        languages=["en", "de"],
        markets=["DE"],
        now=now,
    )
    return actor_by_id(made)


def test_who_told_of_it_stands_in_the_file(packed_db, now, tmp_path):
    reviewer = sari(now)
    entry = notices.FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"], markets=["DE"])
    flagger = notices.keep_flagger(actor=SYSTEM, entry=entry, now=now)
    inside, outside, amaras = ads(now=now, count=3, body=FINE)
    ads(now=now, mark="rule")
    report(inside, now=now, category="ip")  # Amara was first, and Brand Watch is heard as what it is
    sent = report(inside, now=now, category="ip", who="watch", flagger=flagger)
    report(outside, now=now, category="fraud", who="watch", flagger=flagger)
    report(amaras, now=now)
    settle(now)
    code = policy.public_list("en")[0].code
    version = policy.live_guideline(code, "en").version
    for _ in range(3):
        opened = review.claim_next(actor=reviewer, now=now)
        review.decide(
            actor=reviewer,
            review_id=opened,
            version=1,
            outcome="remove",
            clauses=[decisions.Ground(code, version)],
            window=timedelta(0),
            now=now,
        )
    # Who writes when it is done was not what brought it to light.
    report(amaras, now=now + timedelta(minutes=1), category="ip", who="watch", flagger=flagger)
    later = now + timedelta(minutes=2)
    settle(later)
    assert exporting.export(actor=SYSTEM, folder=tmp_path, now=later).refused == []
    told = {one["puid"]: one for path in tmp_path.glob("*.json") for one in json.loads(path.read_text())["statements"]}
    found = {}
    for name, item in (("inside", inside), ("outside", outside), ("amaras", amaras)):
        statement = told.pop(str(reviews.of_items([item])[item].decision))
        assert standin.refuses(standin.facts(), statement) == set()
        found[name] = (statement["source_type"], statement.get("source_identity", ""))
        assert "Amara" not in json.dumps(statement)
    assert found == {
        "inside": ("SOURCE_TRUSTED_FLAGGER", "Brand Watch"),
        "outside": ("SOURCE_ARTICLE_16", ""),
        "amaras": ("SOURCE_ARTICLE_16", ""),
    }
    (own,) = told.values()
    assert own["source_type"] == "SOURCE_VOLUNTARY"
    # Appeals and misuse ask who stands behind a notice, and whom a decision answered.
    notice = sent.standings[0][0]
    decided = queries.one(notice).decision
    assert sorted(one.name for one in queries.notifiers_of_decision(decided)) == ["Amara", "Watch"]
    watch = queries.reporters_of([notice], now=later)[notice]
    assert (watch.sent, watch.acted, watch.no_action, watch.warned_at) == (3, 2, 0, None)


def statement_of(decision):
    return decided.statement(decision, now=source.now())


def test_what_is_decided_about_an_account_came_to_light_as_what_it_follows(packed_db, now, tmp_path):
    """Reported by a trusted flagger, by a strike that somebody's notice brought, and by nobody: letter and file agree."""
    entry = notices.FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"])
    flagger = notices.keep_flagger(actor=SYSTEM, entry=entry, now=now)
    told_of, own, *climbed = (content.items([one])[one] for one in ads(now=now, count=4, body=FINE))
    version = policy.live_guideline("weapons", "en").version
    weapons = [decisions.Ground("weapons", version)]
    label = next(one for one in policy.labels().values() if one.dsa_category)
    jonas, made = (actor_by_id(makers.staff("lead", name=name).id) for name in ("Jonas", "Made"))

    with source.fixed(now) as clock:
        notices.receive(
            actor=SYSTEM,
            submission=notices.Submission(
                category="ip",
                reason="Everything it sells bears our sign.",
                good_faith=True,
                channel="portal",
                sender=notices.Sender(email="watch@mail.example", name="Watch"),
                accounts=(told_of.account,),
                flagger=flagger,
            ),
            now=now,
        )
        settle(now)
        account = {
            "restriction": decisions.RestrictionSpec("end_account"),
            "grounds": weapons,
            "labels": [label.code],
            "now": now,
        }
        first = decisions.propose(actor=jonas, account_id=told_of.account, why="Sells forgeries.", **account)
        alone = decisions.propose(actor=jonas, account_id=own.account, why="Sells forgeries.", **account)
        # What another posted was reported, and brings it to the last step of the ladder.
        budi = climbed[0].account
        Item.objects.filter(id=climbed[1].id).update(account=budi)
        for step, item in enumerate(climbed):
            clock.forward(timedelta(days=5 * step))
            decisions.decide(
                actor=jonas,
                item_id=item.id,
                version=1,
                outcome="remove",
                grounds=weapons,
                labels=[label.code],
                notified=True,
                window=timedelta(0),
                now=clock.now(),
            )
            settle(clock.now())
        laddered = Proposal.objects.get(account_id=budi)
        ended = decisions.confirm(actor=made, proposal_id=first.id, now=clock.now())
        clock.forward(timedelta(minutes=1))
        settle(clock.now())
        assert exporting.export(actor=SYSTEM, folder=tmp_path, now=clock.now()).refused == []
        found = {
            one["puid"]: one for path in tmp_path.glob("*.json") for one in json.loads(path.read_text())["statements"]
        }
        reported = "Somebody reported it to us."
        for decision, kind, name in (
            (first.suspension, "TRUSTED_FLAGGER", "Brand Watch"),
            (ended, "TRUSTED_FLAGGER", "Brand Watch"),
            (laddered.suspension_id, "ARTICLE_16", ""),
            (alone.suspension, "VOLUNTARY", ""),
        ):
            letter, entry = statement_of(decision), found[str(decision)]
            assert (reported in letter.text) == (kind != "VOLUNTARY"), letter.text
            assert "Watch" not in letter.text + letter.html, "who reported it is nobody's business"
            assert (entry["source_type"], entry.get("source_identity", "")) == (f"SOURCE_{kind}", name)
            assert standin.refuses(standin.facts(), entry) == set()
