"""Word lists at the desk: imports as drafts, where each word comes from, a word against history, two people at once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.models import Staff
from trustdesk.policy import actions, queries
from trustdesk.policy.models import ListAddition, WordListVersion
from trustdesk.policy.refusals import DoesNotPass, NotADraft, NothingChanged, NotYourDraft, OutdatedBase
from trustdesk.policy.tests.makers import LISTS
from trustdesk.policy.tests.test_workshop import make_item


@pytest.fixture
def as_(desk):
    def sign_in(actor):
        client = Client()
        client.force_login(Staff.objects.get(id=actor.id))
        return client

    return sign_in


def _text(response):
    return response.content.decode()


def publish(dewi, jonas, made, now):
    actions.check_list(actor=dewi, version_id=made.id, now=now)
    actions.approve_list(actor=jonas, version_id=made.id, now=now)
    actions.publish(actor=jonas, lists=[made.id], now=now)


class TestImport:
    def test_an_import_waits_as_a_draft_until_its_author_asks(self, dewi, jonas, now):
        made = actions.import_list(
            actor=dewi, name="weapons", text="pistol\npistol\n\n", now=now, source="police", why="new this week"
        )
        assert made.report.counts == {"added": 1, "repeated": 1, "blank": 1}
        assert "pistol" not in queries.live_content().lists["weapons"].phrases
        with pytest.raises(NotYourDraft):
            actions.check_list(actor=jonas, version_id=made.id, now=now)
        publish(dewi, jonas, made, now)
        assert "pistol" in queries.live_content().lists["weapons"].phrases
        with pytest.raises(NotADraft):
            actions.discard_list(actor=dewi, version_id=made.id, now=now)

    def test_a_draft_is_thrown_away_whole(self, dewi, now):
        made = actions.import_list(actor=dewi, name="weapons", text="pistol", now=now)
        assert ListAddition.objects.count() == 1
        actions.discard_list(actor=dewi, version_id=made.id, now=now)
        assert not WordListVersion.objects.filter(id=made.id).exists()
        assert not ListAddition.objects.exists()

    def test_an_import_that_breaks_an_example_is_not_lost(self, dewi, now):
        made = actions.import_list(actor=dewi, name="weapons", text="shotgun", mode="replace", now=now)
        with pytest.raises(DoesNotPass) as refusal:
            actions.check_list(actor=dewi, version_id=made.id, now=now)
        assert "expected review, got approve" in refusal.value.failed[0].why
        assert WordListVersion.objects.get(id=made.id).state == "draft"

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"text": "revolver\n\n# nothing new"}, NothingChanged),
            ({"text": "x" * 4_000_001}, Invalid),
            ({"text": "a", "mode": "burn"}, Invalid),
            ({"text": "a", "language": "Klingon!"}, Invalid),
            ({"text": "a", "why": "w" * 400}, Invalid),
            ({"text": "...", "mode": "replace"}, Invalid),
            ({"text": "a", "name": "Bad Name"}, Invalid),
            ({"text": "\n\n", "name": "quite-new"}, Invalid),
        ],
    )
    def test_nothing_half_done(self, dewi, now, given, refusal):
        with pytest.raises(refusal):
            actions.import_list(**{"actor": dewi, "name": "weapons", "now": now, **given})
        assert WordListVersion.objects.count() == len(LISTS)

    def test_a_new_list_by_import(self, dewi, now):
        made = actions.import_list(actor=dewi, name="toys", text="teddy", now=now)
        assert (made.number, queries.word_list_view("toys").words.phrases) == (1, ("teddy",))

    def test_somebody_published_meanwhile(self, dewi, jonas, now):
        mine = actions.import_list(actor=dewi, name="weapons", text="pistol", now=now)
        theirs = actions.import_list(actor=jonas, name="weapons", text="musket", now=now)
        actions.check_list(actor=jonas, version_id=theirs.id, now=now)
        actions.approve_list(actor=dewi, version_id=theirs.id, now=now)
        actions.publish(actor=dewi, lists=[theirs.id], now=now)
        with pytest.raises(OutdatedBase):
            actions.check_list(actor=dewi, version_id=mine.id, now=now)


class TestProvenance:
    def test_each_word_says_who_brought_it(self, dewi, jonas, now):
        first = actions.import_list(actor=dewi, name="weapons", text="pistol", now=now, source="police", why="raid")
        publish(dewi, jonas, first, now)
        later = now + timedelta(days=1)
        second = actions.import_list(
            actor=jonas,
            name="weapons",
            text="word,source,why\nmusket,museum,a show\n",
            form="csv",
            now=later,
            source="a list",
        )
        told = {each.entry.text: each.came for each in queries.words_of_list("weapons", second.number).words}
        assert (told["pistol"].author, told["pistol"].number, told["pistol"].source, told["pistol"].why) == (
            "Dewi",
            first.number,
            "police",
            "raid",
        )
        assert (told["musket"].author, told["musket"].at, told["musket"].source, told["musket"].why) == (
            "Jonas",
            later,
            "museum",
            "a show",
        )
        assert told["revolver"].first

    def test_a_word_that_left_and_came_back_says_when_it_came_back(self, dewi, jonas, now):
        for text, mode in (("pistol", "add"), ("pistol", "remove"), ("pistol", "add")):
            made = actions.import_list(actor=dewi, name="weapons", text=text, mode=mode, now=now)
            publish(dewi, jonas, made, now)
        told = {each.entry.text: each.came for each in queries.words_of_list("weapons", made.number).words}
        assert told["pistol"].number == made.number == 4

    def test_an_edit_keeps_it_too(self, dewi, now):
        actions.edit_list(actor=dewi, name="weapons", text=LISTS["weapons"] + "golok\n", now=now, why="asked for")
        told = {each.entry.text: each.came for each in queries.words_of_list("weapons", 2).words}
        assert (told["golok"].number, told["golok"].why) == (2, "asked for")

    def test_pages_and_search_cost_the_same_for_any_length(self, dewi, now):
        text = "\n".join(f"kata ke-{at}" for at in range(1_000))
        made = actions.import_list(actor=dewi, name="long", text=text, now=now)
        page = queries.words_of_list("long", made.number, page=3)
        assert (page.pages, page.words[0].entry.text) == (10, "kata ke-200")
        with CaptureQueriesContext(connection) as few:
            queries.words_of_list("long", made.number, query="ke-7 ")
        with CaptureQueriesContext(connection) as many:
            found = queries.words_of_list("long", made.number, query="KÁTA KE 99")
        assert len(many) <= len(few)
        assert found.found == 11


class TestHistory:
    def test_how_many_items_hold_a_word(self, jonas, now):
        make_item(now, body="Old r3volver, works", age=timedelta(days=3))
        told = queries.words_in_history(["revolver"], actor=jonas)
        assert (told.items, told.hits, told.most) == (1, 1, (("revolver", 1),))
        assert "r3volver" in [piece.text for piece in told.samples[0].pieces if piece.number]
        assert not told.much, "one item is not much"
        assert queries.words_in_history(["pistol"], actor=jonas).hits == 0
        assert queries.words_in_history(["..."], actor=jonas).words == 0

    def test_the_page_warns_of_a_word_that_is_everywhere(self, as_, jonas, now):
        for at in range(6):
            make_item(now, body=f"{at} sofa bagus", age=timedelta(days=3))
        page = _text(as_(jonas).get("/word-lists/weapons/1/history/?word=sofa", headers={"HX-Request": "true"}))
        assert "of the newest 6 items hold it" in page
        assert "would hit very much" in page
        whole = _text(as_(jonas).get("/word-lists/weapons/1/history/?word=sofa"))
        assert "<html" in whole
        assert "would hit very much" in whole

    def test_all_words_a_version_adds(self, as_, dewi, jonas, now):
        make_item(now, body="Sofa and a pistol", age=timedelta(days=3))
        made = actions.import_list(actor=dewi, name="weapons", text="pistol\nmusket", now=now)
        assert queries.added_words("weapons", made.number) == ["pistol", "musket"]
        page = _text(as_(jonas).get(f"/word-lists/weapons/{made.number}/history/", headers={"HX-Request": "true"}))
        assert '<td dir="auto">pistol</td>' in page


class TestPages:
    def test_from_a_file_to_live_by_two_people(self, as_, dewi, jonas):
        hers, his = as_(dewi), as_(jonas)
        assert hers.get("/word-lists/weapons/import/").status_code == 200
        file = SimpleUploadedFile("new.csv", b"word,why\nbedil,seen\nbedil,again\n,\n")
        done = hers.post("/word-lists/weapons/import/", {"file": file, "mode": "add", "language": "id"})
        assert done.headers["Location"] == "/word-lists/weapons/2/"
        page = _text(hers.get("/word-lists/weapons/2/"))
        for words in ("What became of every line", "repeated in the import", "Ask for approval", "new.csv", "seen"):
            assert words in page
        assert "Ask for approval" not in _text(his.get("/word-lists/weapons/2/"))
        hers.post("/word-lists/weapons/2/check/")
        his.post("/word-lists/weapons/2/approve/")
        his.post("/word-lists/weapons/2/publish/")
        assert "bedil" in queries.live_content().lists["weapons"].phrases

    def test_a_refused_import_keeps_what_was_pasted(self, as_, dewi):
        page = as_(dewi).post("/word-lists/weapons/import/", {"text": "revolver\n\nshotgun", "why": "because"})
        assert page.status_code == 409
        for words in ("Nothing in this import would change the list", "already there", "because", "shotgun"):
            assert words in _text(page)
        broken = SimpleUploadedFile("x.txt", "café".encode("latin-1"))
        assert "Save it as UTF-8" in _text(as_(dewi).post("/word-lists/weapons/import/", {"file": broken}))

    def test_a_failing_draft_shows_why_and_can_be_discarded(self, as_, dewi):
        client = as_(dewi)
        client.post("/word-lists/weapons/import/", {"text": "shotgun", "mode": "replace"})
        refused = client.post("/word-lists/weapons/2/check/")
        assert refused.status_code == 422
        assert "expected review, got approve" in _text(refused)
        client.post("/word-lists/weapons/2/discard/")
        assert client.get("/word-lists/weapons/2/").status_code == 404

    def test_two_people_edit_at_once_and_nobody_loses_words(self, as_, dewi, jonas, now):
        made = actions.import_list(actor=jonas, name="weapons", text="musket", now=now)
        client = as_(dewi)
        begun = client.get("/word-lists/weapons/edit/").context["begun"]
        actions.check_list(actor=jonas, version_id=made.id, now=now)
        actions.approve_list(actor=dewi, version_id=made.id, now=now)
        actions.publish(actor=dewi, lists=[made.id], now=now)
        sent = {"text": LISTS["weapons"] + "golok\n", "begun": begun}
        refused = client.post("/word-lists/weapons/edit/", sent)
        assert refused.status_code == 409
        assert "Another version went live" in _text(refused)
        assert "golok" in _text(refused)

    def test_a_reviewer_reads_and_no_more(self, as_, sari):
        client = as_(sari)
        assert client.get("/word-lists/weapons/?q=shot").status_code == 200
        assert client.get("/word-lists/weapons/import/").status_code == 403
        assert client.post("/word-lists/weapons/1/check/").status_code == 403


def test_twenty_thousand_words(desk, dewi, as_, now):
    text = "\n".join([f"kata ke-{at}" for at in range(20_000)])
    made = actions.import_list(actor=dewi, name="huge", text=text, now=now, source="a dump")
    assert made.report.counts == {"added": 20_000}
    assert ListAddition.objects.filter(version=made.id).count() == 20_000
    page = _text(as_(dewi).get(f"/word-lists/huge/{made.number}/?q=19999"))
    assert "a dump" in page
    assert len(page) < 200_000, "a page shows a hundred words, not all"
    told = queries.words_in_history(queries.added_words("huge", made.number), actor=dewi)
    assert told.words == 20_000
