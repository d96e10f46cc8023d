"""Sweeps, many at once, exports: what is done, to what, by whom, once."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from trustdesk.content import actions as content
from trustdesk.content.models import Item, Note
from trustdesk.files import actions as files_actions
from trustdesk.files import queries as files
from trustdesk.files.models import StoredFile
from trustdesk.files.storing import original_key, store
from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Grant, Membership, Staff, Team
from trustdesk.kernel.people.queries import actor_for
from trustdesk.review.models import Joint, JointMember, Review
from trustdesk.search import actions, exporting, listing, running
from trustdesk.search.asking import Asked
from trustdesk.search.models import Export, Run, Turn
from trustdesk.search.tests.makers import came, screened
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    staff = makers.staff("lead", name="Jonas")
    client.force_login(staff)
    return actor_for(staff)


@pytest.fixture
def kettles(db):
    """Nine kettles that were screened and are live; their ids."""
    return screened(*((f"Copper kettle number {n}", "Polished.") for n in range(9)))


def sweep(lead, **more) -> Run:
    said = {
        "asked": Asked("items", words="kettle"),
        "wanted": 4,
        "share": 0.0,
        "queue": "listings",
        "reason": "Why not",
    }
    return Run.objects.get(id=actions.begin_sweep(actor=lead, now=now(), **{**said, **more}))


def test_a_sweep_draws_the_same_sample_from_the_same_seed_and_leaves_open_reviews_alone(lead, kettles):
    first = sweep(lead, seed="a seed")
    assert first.state == "choosing"
    running.run(run_id=first.id, clock=now)
    opened = set(Turn.objects.filter(run=first, state="done").values_list("item", flat=True))
    assert len(opened) == 4
    assert set(Review.objects.filter(because="sweep", state="open").values_list("item_id", flat=True)) == opened
    review = Review.objects.filter(because="sweep").select_related("work").first()
    assert "sweep" in review.work.tags
    assert review.work.queue.code == "listings"
    again = sweep(lead, seed="a seed", wanted=9)
    running.run(run_id=again.id, clock=now)
    order = list(Turn.objects.filter(run=again).order_by("number").values_list("item", "state"))
    assert {item for item, _ in order[:4]} == opened, "the same are drawn first"
    assert [state for _, state in order] == ["skipped"] * 4 + ["done"] * 5
    view = running.view_of(again.id, now=now())
    assert (view.state, view.matched, view.counts, view.percent) == ("done", 9, {"skipped": 4, "done": 5}, 100)
    told = FactRow.objects.get(kind="search.run_begun", payload__run=str(first.id)).payload
    assert told["seed"] == "a seed"
    all_of_them = sweep(lead, seed="other", wanted=100, share=100.0)
    running.run(run_id=all_of_them.id, clock=now)
    assert Turn.objects.filter(run=all_of_them).count() == 9


def test_a_share_is_a_share_and_what_came_later_is_not_looked_at(lead, kettles):
    half = sweep(lead, wanted=5_000, share=50.0, seed="s")
    expected = {item for item in kettles if running.hash_of("s", item) < 2**63}
    came(("Copper kettle that came later", "Polished."))
    running.run(run_id=half.id, clock=now)
    assert set(Turn.objects.filter(run=half).values_list("item", flat=True)) == expected


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"wanted": 0}, "wanted"),
        ({"share": 101.0}, "share"),
        ({"queue": "nowhere"}, "queue"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_a_sweep_says_what_it_lacks(lead, wrong, field):
    screened()
    with pytest.raises(Invalid) as refused:
        sweep(lead, **wrong)
    assert list(refused.value.fields) == [field]


def test_a_cancelled_run_stops_and_a_lost_worker_loses_and_doubles_nothing(lead, kettles, monkeypatch):
    run = sweep(lead, wanted=9)
    real = running._act

    def dies_at_the_fourth(row, item, **more):
        made = real(row, item, **more)
        if Turn.objects.filter(run=row, state="done").count() == 3:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(running, "_act", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        running.run(run_id=run.id, clock=now)
    assert Review.objects.filter(because="sweep").count() == 3, "the fourth was not half done"
    monkeypatch.setattr(running, "_act", real)
    seen = []

    def cancels_after_two(row, item, **more):
        seen.append(item)
        if len(seen) == 3:
            actions.cancel_run(actor=lead, run_id=run.id, now=now())
        return real(row, item, **more)

    monkeypatch.setattr(running, "_act", cancels_after_two)
    running.run(run_id=run.id, clock=now)
    view = running.view_of(run.id, now=now())
    assert view.state == "cancelled"
    assert view.counts["done"] + view.counts["stopped"] == 9
    with pytest.raises(running.Refusal):
        actions.cancel_run(actor=lead, run_id=run.id, now=now())


def ticked(*items):
    found = Item.objects.in_bulk(items)
    return [f"{item}:{found[item].version}" for item in items]


def preview(client, act, **more):
    return client.post("/search/bulk", {"act": act, **more})


def test_many_are_rejected_in_two_steps_each_for_itself(client, lead, kettles):
    [abroad] = screened(("Copper kettle in Singapore", "Polished."), market="SG")
    Grant.objects.filter(staff_id=lead.id).update(markets=[])
    content.withdraw(actor=SYSTEM, item_id=kettles[0], reason="sold", now=now())
    chosen = {"which": "ticked", "ticked": ticked(*kettles[:3], abroad)}
    shown = preview(client, "remove", **chosen).context["chosen"]
    assert (shown.total, shown.can) == (4, 3)
    assert [(one.count, one.named[0].id) for one in shown.nots] == [(1, kettles[0])]
    assert Joint.objects.count() == 0, "nothing is done by looking"
    page = preview(client, "remove", **chosen).content.decode()
    assert "Reject 3 items" in page
    clause = client.get("/search/bulk/clauses?find=kontak").content.decode().split('value="')[1].split('"')[0]
    letter = client.get(f"/search/bulk/letter/{kettles[1]}", {"act": "remove", "clauses": clause}).content.decode()
    assert "What each author will read" in letter
    said = {"act": "remove", **chosen, "digest": shown.digest, "clauses": clause}
    assert client.post("/search/bulk/do", {**said, "digest": "x"}).status_code == 412
    assert client.post("/search/bulk/do", {**said, "clauses": "nonsense"}).status_code == 422
    # A role in one market decides there only; who may is asked at each item's turn.
    Grant.objects.filter(staff_id=lead.id).update(markets=["ID", "SG"])
    assert client.post("/search/bulk/do", said).status_code == 303
    joint = Joint.objects.get()
    assert joint.cluster is None
    Grant.objects.filter(staff_id=lead.id).update(markets=["ID"])
    from trustdesk.review.together import decide_members

    decide_members(joint_id=joint.id, clock=now)
    became = {row.item_id: (row.state, row.code) for row in JointMember.objects.all()}
    assert became[kettles[1]][0] == became[kettles[2]][0] == "decided"
    assert became[abroad] == ("refused", "forbidden")
    assert became[kettles[0]][0] == "refused"
    page = client.get(f"/joint-decisions/{joint.id}").content.decode()
    assert "2 decided" in page


def test_all_that_match_are_what_was_looked_at(client, lead, kettles):
    chosen = {"which": "all", "query": "q=kettle"}
    shown = preview(client, "note", **chosen).context["chosen"]
    assert shown.can == 9
    came(("Copper kettle that came meanwhile", "Polished."))
    said = {"act": "note", **chosen, "digest": shown.digest, "text": "Seen in a market hall"}
    assert client.post("/search/bulk/do", said).status_code == 412
    shown = preview(client, "note", **chosen).context["chosen"]
    assert client.post("/search/bulk/do", {**said, "digest": shown.digest, "text": " "}).status_code == 422
    answer = client.post("/search/bulk/do", {**said, "digest": shown.digest})
    assert answer.status_code == 303
    run = Run.objects.get()
    running.run(run_id=run.id, clock=now)
    assert Note.objects.filter(subject="item", text="Seen in a market hall").count() == 10
    assert client.get(answer["Location"]).content.decode().count("Copper kettle") == 10
    assert client.get(f"{answer['Location']}/progress")["HX-Refresh"] == "true"


def test_reviews_of_chosen_ones_are_opened_and_what_waits_is_told(client, lead, kettles):
    run = sweep(lead, wanted=2)
    running.run(run_id=run.id, clock=now)
    shown = preview(client, "reviews", which="ticked", ticked=ticked(*kettles)).context["chosen"]
    assert shown.can == 7
    said = {"act": "reviews", "which": "ticked", "ticked": ticked(*kettles), "digest": shown.digest}
    assert client.post("/search/bulk/do", {**said, "queue": "listings"}).status_code == 422, "no reason"
    assert client.post("/search/bulk/do", {**said, "queue": "listings", "reason": "A look"}).status_code == 303
    run = Run.objects.get(act="reviews")
    running.run(run_id=run.id, clock=now)
    assert running.view_of(run.id, now=now()).counts == {"done": 7, "skipped": 2}


@pytest.mark.parametrize("told", [{"act": "burn"}, {"act": "remove"}, {"act": "note", "ticked": ["nonsense"]}])
def test_what_cannot_be_read_is_refused(client, lead, told):
    assert client.post("/search/bulk", told).status_code == 422


def test_partners_and_who_has_no_right_do_nothing_to_many_and_take_nothing_out(client, lead, kettles):
    Membership.objects.create(
        team=Team.objects.create(code="p", name="P", partner=True), staff=Staff.objects.get(id=lead.id)
    )
    assert preview(client, "note", which="all", query="q=kettle").status_code == 403
    assert client.get("/search/export/items").status_code == 403
    with pytest.raises(Forbidden):
        sweep(lead)
    client.force_login(makers.staff("reviewer"))
    assert client.get("/search/export/items").status_code == 403
    assert preview(client, "note", which="all").status_code == 403


def rows_of(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def streamed(answer):
    return b"".join(answer.streaming_content).decode()


def test_what_comes_at_once_is_made_while_it_is_sent(client, lead, monkeypatch):
    """No row is asked for before the one before it has left, on a server with an event loop too."""
    came(*((f"Lamp {n}", "Bright.") for n in range(7)))
    monkeypatch.setattr(exporting, "_STEP", 3)
    asked = []
    rows = listing.rows
    monkeypatch.setattr(listing, "rows", lambda about, ids, *, now: asked.append(len(ids)) or rows(about, ids, now=now))
    made = iter(client.post("/search/export/items?q=lamp").streaming_content)
    assert next(made).startswith(b"State,Item")
    assert asked == []
    next(made)
    assert asked == [3]
    assert len(rows_of(b"".join(made).decode())) == 4
    assert asked == [3, 3, 1]

    sent = []
    note = sent.append
    pieces = ((sent.append(n) or f"{n}\r\n", 1) for n in range(3))
    monkeypatch.setattr(exporting.connection, "close", lambda: sent.append("given back"))

    async def read():
        async for piece in exporting.stream(pieces, language="en"):
            note(piece)

    async_to_sync(read)()
    assert sent[:6] == [0, "given back", b"0\r\n", 1, "given back", b"1\r\n"]


def test_a_short_list_comes_at_once_without_formulas_and_without_people(client, lead):
    came(
        ('=HYPERLINK("http://x","y")', "b"),
        ("Lamp, “bright”\nand new", "b"),
        name="@Budi",
        email="budi@mail.example.com",
    )
    answer = client.post("/search/export/items?q=b&kind=ad", {"mark": "1"})
    assert answer["Content-Disposition"].endswith('.csv"')
    text = streamed(answer)
    assert text.startswith("\ufeffState,Item,Kind,Market,")
    assert {row[1] for row in rows_of(text)[1:]} == {'\'=HYPERLINK("http://x","y")', "Lamp, “bright” and new"}
    assert "Budi" not in text
    assert client.post("/search/export/items", {"with_people": "1"}).status_code == 403
    client.force_login(makers.staff("admin"))
    text = streamed(client.post("/search/export/accounts", {"with_people": "1"}))
    assert rows_of(text)[1][:2] == ["'@Budi", "budi@mail.example.com"]
    facts = FactRow.objects.filter(kind="search.list_exported").order_by("id")
    assert [(fact.payload["rows"], fact.payload["with_people"]) for fact in facts] == [(2, False), (1, True)]


def again(lead, export):
    """The same list once more, as it was."""
    made = actions.begin_export(
        actor=lead, asked=Asked("items", words="lamp"), with_people=False, mark=False, language="id", now=now()
    )
    Export.objects.filter(id=made).update(until=Export.objects.get(id=export).until)
    exporting.write(export_id=made, clock=now)
    return made


def test_a_long_list_is_written_by_a_job_and_fetched_by_its_owner(client, lead, monkeypatch, settings, tmp_path):
    came(*((f"Lamp {n}", "Bright.") for n in range(7)))
    monkeypatch.setattr(exporting, "_STEP", 3)
    export = actions.begin_export(
        actor=lead, asked=Asked("items", words="lamp"), with_people=False, mark=False, language="id", now=now()
    )
    assert client.get(f"/search/exports/{export}").context["export"].total == 7
    assert client.post(f"/search/exports/{export}/fetch").status_code == 409
    came(("Lamp that came later", "Bright."))
    exporting.write(export_id=export, clock=now)
    view = client.get(f"/search/exports/{export}").context["export"]
    assert (view.state, view.rows, view.percent) == ("done", 7, 100)
    with files.open_original(Export.objects.get(id=export).file) as kept:
        text = kept.read().decode()
    assert rows_of(text)[0][0] != "State", "in the language of who asked"
    assert len(rows_of(text)) == 8
    where = client.post(f"/search/exports/{export}/fetch")["Location"]
    assert where.startswith(f"/files/{Export.objects.get(id=export).file}/original?")
    assert FactRow.objects.filter(kind="search.export_fetched").count() == 1
    # After a week the bytes are gone, unless somebody brought the same ones; the page said when, and says that they are.
    assert "then it is removed" in client.get(f"/search/exports/{export}").content.decode()
    twice = again(lead, export)
    file = Export.objects.get(id=export).file
    actions.expire_exports(now=now() + exporting.KEPT - timedelta(minutes=1))
    assert StoredFile.objects.filter(id=file).exists()
    Export.objects.filter(id=twice).update(ended_at=now() + timedelta(hours=1))
    actions.expire_exports(now=now() + exporting.KEPT + timedelta(minutes=1))
    assert StoredFile.objects.filter(id=file).exists(), "the same list was taken out an hour later"
    assert client.post(f"/search/exports/{export}/fetch").status_code == 409
    assert "The file is gone" in client.get(f"/search/exports/{export}").content.decode()
    actions.expire_exports(now=now() + exporting.KEPT + timedelta(hours=2))
    assert not StoredFile.objects.filter(id=file).exists()
    assert not store().exists(original_key(hashlib.sha256(text.encode()).hexdigest()))
    mine = again(lead, export)
    file = Export.objects.get(id=mine).file
    files_actions.store_file(actor=SYSTEM, source=text.encode(), declared_type="text/csv", now=now())
    actions.expire_exports(now=now() + exporting.KEPT + timedelta(hours=2))
    assert Export.objects.get(id=mine).state == "expired"
    assert StoredFile.objects.filter(id=file).exists(), "a mail had it attached"
    stopped = actions.begin_export(
        actor=lead, asked=Asked("items"), with_people=False, mark=False, language="en", now=now()
    )
    assert client.post(f"/search/exports/{stopped}/cancel").status_code == 303
    exporting.write(export_id=stopped, clock=now)
    assert Export.objects.get(id=stopped).file is None
    gone = actions.begin_export(
        actor=lead, asked=Asked("items"), with_people=False, mark=False, language="en", now=now()
    )
    Staff.objects.filter(id=lead.id).update(is_active=False)
    exporting.write(export_id=gone, clock=now)
    assert Export.objects.get(id=gone).state == "failed"
    client.force_login(makers.staff("lead"))
    assert client.get(f"/search/exports/{export}").status_code == 404, "another person's"
