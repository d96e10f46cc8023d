"""Views of the inbox: whose one sees, how many cases they hold. Lists that are taken out: what is in them, who may, what is told."""

import csv
import io
from datetime import timedelta

import pytest

from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.models import Membership, Team
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, queries, saving
from trustdesk.support.models import SavedView
from trustdesk.support.tests.makers import asked, wrote
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def sari(client):
    person = makers.staff("lead", name="Sari")
    client.force_login(person)
    return actor_for(person)


def test_a_view_is_kept_counted_changed_and_deleted(client, sari, now, monkeypatch):
    one = asked(now, "zebra", tags=["refund"])
    asked(now, "zebra")
    kept = {"query": "q=zebra&tag=refund&after=abc&mine=", "name": "Refunds"}
    assert client.post("/cases/views/save", kept).headers["Location"] == "/cases/?q=zebra&tag=refund"
    (view,) = saving.views_for(sari, now=now)
    assert (view.name, view.query, view.cases, view.mine, view.shared) == (
        "Refunds", "q=zebra&tag=refund", 1, True, False,
    )  # fmt: skip
    shown = client.get("/cases/views?q=zebra&tag=refund").content.decode()
    assert 'aria-current="true"' in shown
    assert f"/cases/views/{view.id}/delete" in shown
    assert client.post("/cases/views/save", kept).status_code == 422  # the name is taken
    assert client.post("/cases/views/save", {"query": "q=stauts:open", "name": "x"}).status_code == 422
    assert client.post("/cases/views/save", {"query": "", "name": " "}).status_code == 422
    changed = {"name": "Money", "shared": "1", "version": "1", "query": view.query}
    assert client.post(f"/cases/views/{view.id}", changed).status_code == 303
    assert client.post(f"/cases/views/{view.id}", changed).status_code == 412  # a second window
    (view,) = saving.views_for(sari, now=now)
    assert (view.name, view.shared, view.version) == ("Money", True, 2)
    monkeypatch.setattr(saving, "MOST_COUNTED", 0)
    assert view.more
    actions.sort(actor=sari, case_id=one.id, tags=[], now=now)
    assert saving.views_for(sari, now=now)[0].cases == 0
    assert client.post(f"/cases/views/{view.id}/delete", {"version": "2", "query": ""}).status_code == 303
    assert saving.views_for(sari, now=now) == []
    assert client.post(f"/cases/views/{view.id}/delete", {"version": "3"}).status_code == 404
    assert SavedView.objects.get(id=view.id).query == ""


def test_what_is_shared_is_seen_by_colleagues_and_changed_by_nobody_else(client, sari, now):
    view = actions.save_view(actor=sari, name="Mine", query="tag=x", shared=False, now=now)
    shared = actions.save_view(actor=sari, name="Ours", query="tag=y", shared=True, now=now)
    colleague = makers.staff("reviewer", name="Jonas")  # people in no team are one
    (seen,) = saving.views_for(actor_for(colleague), now=now)
    assert (seen.id, seen.name, seen.mine, seen.owner) == (shared, "Ours", False, "Sari")
    Membership.objects.create(staff=colleague, team=Team.objects.create(code="elsewhere", name="Elsewhere"))
    assert saving.views_for(actor_for(colleague), now=now) == []
    client.force_login(colleague)
    for one in (view, shared):
        assert client.post(f"/cases/views/{one}", {"name": "Stolen", "version": "1"}).status_code == 404
        assert client.post(f"/cases/views/{one}/delete", {"version": "1"}).status_code == 404


def test_counting_goes_no_further_than_is_asked(sari, now):
    for n in range(4):
        asked(now + timedelta(minutes=n), "okapi")
    wanted = queries.Wanted(text="okapi")
    assert queries.count(actor=sari, wanted=wanted, most=2) == 3
    assert queries.count(actor=sari, wanted=wanted) == 4


def taken(answer):
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_list_is_taken_out_as_it_was_narrowed_down_and_that_is_told(client, sari, now):
    one = asked(now, "the quokka", subject="=HYPERLINK(1)", name="Łukasz", address="quokka@example.com")
    asked(now, "something else")
    wrote(one.id, now, text="and\nagain", address="quokka@example.com")
    actions.note(actor=sari, case_id=one.id, text="secret suspicion", now=now)
    assert "1 case as CSV" in client.get("/cases/export?q=quokka").content.decode()
    rows = taken(client.post("/cases/export?q=quokka"))
    assert len(rows) == 2
    assert rows[1][:6] == [str(one.number), "new", "normal", "'=HYPERLINK(1)", "Łukasz", "quokka@example.com"]
    said = taken(client.post("/cases/export?q=quokka", {"said": "1"}))
    assert [row[-1] for row in said[1:]] == ["the quokka", "and\nagain"]
    noted = taken(client.post("/cases/export?q=quokka", {"notes": "1"}))
    assert [row[-1] for row in noted[1:]] == ["the quokka", "and\nagain", "secret suspicion"]
    told = FactRow.objects.filter(kind="case.exported").order_by("id")
    assert [fact.payload["what"] for fact in told] == ["without messages", "with messages", "with messages and notes"]
    assert all("quokka" not in str(fact.payload) for fact in told)  # how it was narrowed down is personal


def test_all_batches_come_and_no_case_twice(sari, now):
    made = {asked(now + timedelta(minutes=n), "tapir").id for n in range(7)}
    wanted = queries.Wanted(text="tapir")
    told = {"actor": sari, "wanted": wanted, "right": "support.export", "now": now}
    got = [row.id for batch in queries.batches(**told, most=100, size=3) for row in batch]
    assert len(got) == 7
    assert set(got) == made
    assert sum(len(batch) for batch in queries.batches(**told, most=5, size=3)) == 5


def test_who_may_not_take_cases_out_does_not(client, now):
    asked(now)
    client.force_login(makers.staff("reviewer", name="Jonas"))
    assert client.get("/cases/export").status_code == 403
    assert client.post("/cases/export").status_code == 403
    assert "/cases/export" not in client.get("/cases/").content.decode()
    assert not FactRow.objects.filter(kind="case.exported").exists()
