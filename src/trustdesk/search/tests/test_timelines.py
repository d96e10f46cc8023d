"""An account's story: every step of it once, in order, in words, narrowed by the address, for whom it is."""

import csv
import io
import json
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.content.actions import pin_note
from trustdesk.content.models import Account, Item
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.models import Grant
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.sending import send_due
from trustdesk.review import actions as review
from trustdesk.review.models import Review
from trustdesk.search import timelines
from trustdesk.search.models import TimelineEntry, TimelineReader
from trustdesk.search.tests.makers import came, screened
from trustdesk.web.tests import makers

BAD = ("Bicycle with a deposit", "A deposit is fine, 0812 3456 7890.")


def hear():
    """Facts get their places, and stories follow."""
    while sequencer.sequence():
        pass
    while timelines.follow(now=now()):
        pass


def told(answer):
    return [(step.sort, step.said.title) for step in answer.context["steps"]]


def test_a_story_from_the_first_ad_to_the_export(packed_db):
    (item,) = screened(BAD, account="budi", email="budi@example.com", name="Toko Budi")
    account = Item.objects.get(id=item).account_id
    person = makers.staff("reviewer", name="Sari")
    sari = actor_for(person)
    reader = Client()
    reader.force_login(person)
    pin_note(actor=sari, subject="account", value=str(account), text="Asked twice, kind.", now=now())
    one = Review.objects.get(item=item)
    review.claim_this(actor=sari, review_id=one.id, now=now())
    hit = one.hits[0]
    ground = Ground(policy=hit["policy"], version=hit["version"], clause=hit.get("clause") or "", rule="")
    review.decide(
        actor=sari,
        review_id=one.id,
        version=1,
        outcome="remove",
        clauses=[ground],
        rationale="Asks for a deposit",
        now=now(),
        window=timedelta(0),
    )
    send_due(now=now() + timedelta(hours=1))
    came(("Of another one", "Elsewhere."), account="rina")
    hear()
    page = reader.get(f"/accounts/{account}")
    words = told(page)
    assert ("items", "Posted: Ad") in words
    assert ("notes", "Note") in words
    assert ("decisions", "Decided: Rejected") in words
    assert ("restrictions", "Restricted: taken down, everywhere") in words
    assert ("letters", "The statement of reasons was sent") in words
    assert words.index(("decisions", "Decided: Rejected")) < words.index(("items", "Posted: Ad")), "newest first"
    body = page.content.decode()
    assert "Bicycle with a deposit" in body
    assert "Asks for a deposit" in body
    assert "budi@example.com" not in body
    assert "Asked twice, kind." in body
    assert "Of another one" not in body
    assert {fact.split(".")[0] for fact in _kinds(account)} <= {
        "item",
        "content",
        "decision",
        "restriction",
        "post",
        "strike",
    }

    # Told again from the beginning, nothing is doubled.
    before = TimelineEntry.objects.count()
    TimelineReader.objects.update(position=0)
    hear()
    assert TimelineEntry.objects.count() == before

    # Narrowed by the address; what it does not know is refused with its remedy.
    assert {sort for sort, _ in told(reader.get(f"/accounts/{account}?what=notes&what=items"))} == {"notes", "items"}
    assert {sort for sort, _ in told(reader.get(f"/accounts/{account}?by=person"))} == {
        "decisions",
        "notes",
        "restrictions",
        "strikes",
    }
    assert told(reader.get(f"/accounts/{account}?until=2020-01-01")) == []
    assert len(told(reader.get(f"/accounts/{account}?since=2020-01-01"))) == len(words)
    for wrong in ("what=secrets", "by=nobody", "since=2026-13-40", "until=soon"):
        assert reader.get(f"/accounts/{account}?{wrong}").status_code == 422, wrong
    assert reader.get(f"/accounts/{account}?after=nonsense").status_code == 400

    # Taken out by who may; by nobody else.
    assert reader.post(f"/accounts/{account}/story.csv").status_code == 403
    lead = Client()
    lead.force_login(makers.staff("lead", name="Jonas"))
    answer = lead.post(f"/accounts/{account}/story.csv?what=notes")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["what"], row["details"], row["who"]) == ("Note", "Asked twice, kind.", "Sari")
    whole = json.loads(lead.post(f"/accounts/{account}/story.json").content)
    assert whole["external_id"] == "budi"
    assert len(whole["steps"]) == len(words)
    assert FactRow.objects.filter(kind="search.timeline_exported", subject=str(account)).count() == 2
    hear()
    assert told(lead.get(f"/accounts/{account}?what=account"))[0] == (
        "account",
        f"This story was taken out: {len(words)} steps",
    )
    assert lead.post(f"/accounts/{account}/story.exe").status_code == 404


def _kinds(account):
    facts = TimelineEntry.objects.filter(account=account).values_list("fact", flat=True)
    return set(FactRow.objects.filter(id__in=list(facts)).values_list("kind", flat=True))


def test_pages_go_both_ways_cost_the_same_and_stay_in_ones_markets(real_db, monkeypatch):
    from trustdesk.console.pages import accounts

    monkeypatch.setattr(accounts, "STEPS", 20)
    came(("First", "One."), account="budi")
    account = Account.objects.get(external_id="budi").id
    person = makers.staff("reviewer", name="Sari")
    reader = Client()
    reader.force_login(person)
    hear()
    where = f"/accounts/{account}"

    def cost():
        reader.get(where)
        with CaptureQueriesContext(connection) as asked:
            answer = reader.get(where)
        return len(asked), answer

    few, answer = cost()
    assert len(answer.context["steps"]) >= 1
    came(*((f"Lamp {n}", "Bright.") for n in range(30)), account="budi")
    came(("In Singapore", "Far."), account="budi", market="SG")
    hear()
    many, first = cost()
    assert len(first.context["steps"]) == 20
    assert many == few, "as many queries for 20 steps as for one"
    assert first.context["previous"] is None
    second = reader.get(where, {"after": first.context["next"]})
    assert second.context["next"] is None
    back = reader.get(where, {"before": second.context["previous"]})
    assert [step.position for step in back.context["steps"]] == [step.position for step in first.context["steps"]]

    bound = Client()
    bound.force_login(_in_market("ID"))
    whole = len(first.context["steps"]) + len(second.context["steps"])
    seen = (
        bound.get(where).context["steps"],
        bound.get(where, {"after": bound.get(where).context["next"]}).context["steps"],
    )
    assert sum(map(len, seen)) < whole
    assert "In Singapore" not in bound.get(where).content.decode()


def _in_market(code):
    person = makers.staff("reviewer", name="Rina")
    Grant.objects.filter(staff=person).update(markets=[code])
    return person
