"""The three lists through their pages: filters, words, paging, people, hostile addresses, and what a page costs."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.review import actions as review
from trustdesk.review.models import Review
from trustdesk.search.tests.makers import came, read, screened
from trustdesk.web.cursors import encode
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
BAD = ("Bicycle with a deposit", "A deposit is fine, 0812 3456 7890.")


@pytest.fixture
def sari(client):
    client.force_login(makers.staff("reviewer"))
    return client


def titles(answer):
    return [row.item.title for row in answer.context["rows"]]


def test_items_are_found_by_words_ids_and_every_filter(sari):
    [coat] = screened(("Winter coat, Café green", "Warm, worn twice."), name="Amara", category="clothes", price=80)
    screened(("Folding bicycle", "Hardly used."), BAD, price=1_250_000, account="toko", name="Toko Sepeda")
    assert titles(sari.get("/search/?q=CAFE")) == ["Winter coat, Café green"]
    assert titles(sari.get("/search/?q=worn+twi")) == ["Winter coat, Café green"]
    assert titles(sari.get(f"/search/?q={coat}")) == ["Winter coat, Café green"]
    row = sari.get(f"/search/?q={coat}").context["rows"][0]
    assert titles(sari.get(f"/search/?q={row.item.external_id}")) == ["Winter coat, Café green"]
    assert len(titles(sari.get(f"/search/?account={row.item.account}"))) == 1
    hit = sari.get("/search/?q=deposit").context["rows"][0].item
    for query, count in {
        f"status={hit.status}&q=deposit": 1,
        "kind=ad": 3,
        "kind=listing": 0,
        "kind=ad&kind=listing": 3,
        "market=ID&language=en&source=pasar": 3,
        "market=SG": 0,
        "category=Clothes": 1,
        "price_from=81": 2,
        "price_from=70&price_to=90&currency=idr": 1,
        f"since={now().date()}": 3,
        "until=2020-01-01": 0,
        f"verdict={hit.verdict}": 1,
        "by=nobody&q=coat": 1,
        "policy=off-platform-contact": 1,
        "policy=nowhere": 0,
    }.items():
        assert len(titles(sari.get(f"/search/?{query}"))) == count, query


def test_decisions_and_accounts_are_found_by_who_decided_and_standing(sari, db):
    screened(BAD, name="Toko Sepeda", account="toko")
    person = makers.staff("reviewer", name="Rina")
    from trustdesk.kernel.people.queries import actor_for

    rina = actor_for(person)
    one = Review.objects.get(state="open")
    review.claim_this(actor=rina, review_id=one.id, now=now())
    read()
    # What she holds is in no list of hers and has no page: golden items are known by nothing.
    hers = Client()
    hers.force_login(person)
    assert titles(sari.get("/search/?q=deposit")) == [BAD[0]]
    assert titles(hers.get("/search/?q=deposit")) == []
    assert hers.get(f"/items/{one.item_id}").status_code == 403
    hit = one.hits[0]
    from trustdesk.decisions.actions import Ground

    ground = Ground(policy=hit["policy"], version=hit["version"], clause=hit.get("clause") or "", rule="")
    from datetime import timedelta

    review.decide(
        actor=rina,
        review_id=one.id,
        version=1,
        outcome="remove",
        clauses=[ground],
        rationale="Asks for a deposit",
        now=now(),
        window=timedelta(0),
    )
    read()
    for query in (
        f"who=staff:{person.id}",
        "outcome=remove&by=person&state=effective",
        f"policy={hit['policy']}&q=deposit",
        "kind=ad&market=ID",
    ):
        assert [row.name for row in sari.get(f"/search/decisions?{query}").context["rows"]] == ["Rina"], query
    assert sari.get("/search/decisions?by=rule").context["rows"] == []
    assert [row.item.status for row in sari.get("/search/?status=rejected").context["rows"]] == ["rejected"]
    assert [row.decided_by for row in sari.get("/search/?by=person&outcome=remove").context["rows"]] == ["Rina"]
    accounts = sari.get("/search/accounts?standing=restricted&q=sepeda").context["rows"]
    assert [row.account.name for row in accounts] == ["Toko Sepeda"]
    page = sari.get(f"/accounts/{accounts[0].account.id}").content.decode()
    assert "Bicycle with a deposit" in page
    assert "Restricted now" in page
    assert sari.get("/accounts/01900000-0000-7000-8000-000000000000").status_code == 404


def test_pages_go_both_ways_and_marks_are_checked(sari):
    came(*((f"Lamp number {n}", "Bright.") for n in range(53)))
    first = sari.get("/search/?q=lamp&order=oldest")
    assert titles(first)[0] == "Lamp number 0"
    assert first.context["previous"] is None
    second = sari.get("/search/?q=lamp&order=oldest", {"q": "lamp", "order": "oldest", "after": first.context["next"]})
    assert titles(second) == [f"Lamp number {n}" for n in range(50, 53)]
    assert second.context["next"] is None
    back = sari.get("/search/", {"q": "lamp", "order": "oldest", "before": second.context["previous"]})
    assert titles(back) == titles(first)
    assert back.context["previous"] is None
    assert back.context["next"] == first.context["next"]
    for forged in ("nonsense", encode(["2026-01-01T00:00:00", str(makers.uuid4())]), encode([1, 2]), "%00", "é"):
        assert sari.get("/search/", {"after": forged}).status_code == 400


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"q": "x" * 10_000}, "q"),
        ({"kind": "nonsense"}, "kind"),
        ({"status": "live\x00"}, None),
        ({"market": "'; DROP TABLE"}, "market"),
        ({"since": "yesterday"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
        ({"price_from": "NaN"}, "price_from"),
        ({"price_from": "9", "price_to": "1"}, "price_to"),
        ({"account": "me"}, "account"),
        ({"order": "best"}, "order"),
        ({"label": "x" * 300}, "label"),
        ({"kind": ["ad"] * 3, "rule": [str(n) for n in range(20)]}, "rule"),
        ({"q": "\x00\x1b[2J %_% ' \\ \u202e😀"}, None),
    ],
)
def test_a_bad_address_is_told_which_field_is_wrong(sari, query, field):
    answer = sari.get("/search/", query)
    if field is None:
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert list(answer.context["wrong"]) == [field]
    assert answer.content.decode().count('role="alert"') == 1


def test_what_people_write_is_shown_as_text(sari):
    came(("<script>alert(1)</script> \u202edrow 😀", "<img src=x onerror=alert(1)>"), name="<b>Budi</b>")
    for path in ("/search/", "/search/accounts"):
        page = sari.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<b>Budi" not in page
    assert len(titles(sari.get("/search/?q=%F0%9F%98%80"))) == 1


def test_a_phone_or_mail_is_looked_up_by_who_may_and_that_is_recorded(sari, client):
    came(BAD, ("Chair", "Oak."), email="Toko.Sepeda@mail.example.com", name="Toko", account="toko")
    came(("Table", "Teak."), account="other")
    found = sari.get("/search/", {"q": "0812 3456-7890"})
    assert titles(found) == [BAD[0]]
    assert "recorded" in found.content.decode()
    assert len(titles(sari.get("/search/", {"q": "toko.sepeda+spam@mail.example.com"}))) == 2
    assert [
        row.account.name for row in sari.get("/search/accounts?q=toko.sepeda@mail.example.com").context["rows"]
    ] == ["Toko"]
    facts = FactRow.objects.filter(kind="search.person_looked_up")
    assert facts.count() == 3
    assert "0812" not in str(list(facts.values_list("payload", flat=True)))
    client.force_login(makers.staff("auditor"))
    assert client.get("/search/", {"q": "0812 3456-7890"}).status_code == 403
    assert facts.count() == 3


def test_who_works_in_one_market_finds_nothing_of_others(client):
    from trustdesk.kernel.people.models import Grant

    came(("Lamp in Bandung", "Bright."))
    came(("Lamp in Penang", "Bright."), market="SG")
    person = makers.staff("reviewer")
    Grant.objects.filter(staff=person).update(markets=["SG"])
    client.force_login(person)
    assert titles(client.get("/search/")) == ["Lamp in Penang"]
    assert titles(client.get("/search/?market=ID")) == []


@pytest.mark.parametrize("path", ["/search/", "/search/accounts", "/search/decisions", "/account"])
def test_a_list_costs_the_same_for_many_rows(sari, path):
    def more(first, last):
        for n in range(first, last):
            came((f"{BAD[0]} {n}", BAD[1]), account="one" if path == "/account" else f"hand-{n}")

    def cost(where):
        with CaptureQueriesContext(connection) as asked:
            assert len(sari.get(where).context["rows"]) >= 2
        return [query["sql"][:90] for query in asked]

    from trustdesk.content.models import Account, Item
    from trustdesk.decisions.actions import decide

    def decided():
        for item in Item.objects.all():
            decide(actor=SYSTEM, item_id=item.id, version=1, outcome="approve", now=now())
        read()

    more(0, 2)
    decided()
    where = f"/accounts/{Account.objects.get().id}/items" if path == "/account" else path
    few = cost(where)
    more(2, 12)
    decided()
    assert len(cost(where)) == len(few), few


def test_old_addresses_of_the_list_lead_here(sari):
    answer = sari.get("/items?q=coat&status=live")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer["Location"]).query) == {"q": ["coat"], "status": ["live"]}


def test_views_are_saved_shared_changed_once_and_deleted(client):
    from trustdesk.kernel.people.models import Membership, Team

    jonas, sari = makers.staff("lead", name="Jonas"), makers.staff("reviewer")
    client.force_login(jonas)
    asked = {"tab": "items", "query": "kind=ad&status=live&after=xyz", "name": "Live ads", "shared": "1"}
    assert client.post("/search/views", asked).status_code == 303
    [view] = client.get("/search/?status=live&kind=ad").context["views"]
    assert (view.query, view.mine, view.shared) == ("kind=ad&status=live", True, True)
    assert client.get("/search/?status=live&kind=ad").context["here"] == view.key
    assert client.post("/search/views", asked).status_code == 422, "a name is taken once"
    assert client.post("/search/views", {**asked, "name": "X", "query": "kind=nonsense"}).status_code == 422
    assert client.post("/search/views", {**asked, "name": " "}).status_code == 422
    client.force_login(sari)
    assert [one.owner for one in client.get("/search/").context["views"]] == ["Jonas"]
    assert client.post(f"/search/views/{view.id}/delete", {"version": 1}).status_code == 404
    Membership.objects.create(team=Team.objects.create(code="other", name="Other"), staff=sari)
    assert client.get("/search/").context["views"] == []
    client.force_login(jonas)
    change = {"version": "1", "name": "Ads that are live", "tab": "items"}
    assert client.post(f"/search/views/{view.id}", change).status_code == 303
    assert client.post(f"/search/views/{view.id}", change).status_code == 412, "changed in another tab"
    assert client.post(f"/search/views/{view.id}/delete", {"version": 2, "tab": "items"}).status_code == 303
    assert client.get("/search/").context["views"] == []
