"""What stands beside a thing: notes that find their phone again, market notes, threads; all at a bounded cost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.stories.conftest import ad
from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Forbidden, Invalid, Stale
from trustdesk.kernel.base.timesource import now as moment_now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.review import actions as review
from trustdesk.review import queries as reviews
from trustdesk.review.models import Review
from trustdesk.web.tests import makers

PHONE = "Bisa COD, telepon saja 0812 0000 1234 kapan pun. Ambil di Jl. Kenanga No. 12."


def settle(at) -> None:
    outbox.deliver_all(now=at, reactors=reactor_names())


def open_one(item_id, at) -> str:
    """A review of the item, whatever rules said."""
    found = Review.objects.filter(item_id=item_id, state="open").first()
    if found:
        return str(found.id)
    item = content.items([item_id])[item_id]
    return str(
        review.open_review(
            actor=SYSTEM,
            item_id=item_id,
            version=item.version,
            verdict=item_id,
            because="rule",
            hits=[],
            undecided=[],
            screened_at=at,
            now=at,
        )
    )


def posted(desk, number: str, body: str, *, kind: str = "listing", account: str = "budi", **fields) -> content.UUID:
    sent = ad(number, fields.pop("title", f"Thing {number}"), body)
    sent |= {"kind": kind, "account": {"external_id": account, "name": account.capitalize()}, "market": "ID"}
    sent["fields"] = {"title": sent["fields"]["title"], "body": body, **fields}
    if kind in {"comment", "message"}:
        sent["fields"].pop("title")
    answer = desk.post("/items?wait=0", sent)
    assert answer.status_code == 201, answer.content
    return content.UUID(answer.json()["id"])


def test_a_note_on_a_phone_or_an_address_comes_back_wherever_they_appear(desk, now):
    first = open_one(posted(desk, "n-1", PHONE), now)
    sheet = reviews.sheet(content.UUID(first), actor=desk.sari, now=now)
    assert {place.key for place in sheet.places} >= {"phone:+6281200001234", "address:jl kenanga no 12"}
    desk.client.force_login(Staff.objects.get(id=desk.sari.id), django_settings.AUTHENTICATION_BACKENDS[0])
    for about, text in (
        ("phone:+62 812 0000 1234", "Took a deposit twice."),
        ("address:Jl. Kenanga No. 12", "A yard."),
    ):
        answer = desk.client.post(f"/reviews/{first}/note", {"about": about, "text": text})
        assert answer.status_code == 200, answer.content
    assert desk.client.post(f"/reviews/{first}/note", {"about": "phone:123", "text": "x"}).status_code == 422

    # Another account, another way to write both.
    again = open_one(
        posted(desk, "n-2", "Call oh eight one two 0000-1234! Come to jl kenanga no 12 after six.", account="amara"),
        now,
    )
    words = desk.client.get(f"/reviews/{again}").content.decode()
    assert "A yard." in words
    third = open_one(posted(desk, "n-3", "Hubungi +62 812-0000-1234", account="citra"), now)
    shown = desk.client.get(f"/reviews/{third}").content.decode()
    assert "Took a deposit twice." in shown
    assert "A yard." not in shown
    # The ledger keeps its subjects for ever: no number is one.
    told = FactRow.objects.filter(kind="content.note_pinned").values_list("subject", flat=True)
    assert not any("6281200001234" in subject or "kenanga" in subject for subject in told)


def test_market_notes_come_with_the_pack_and_stay_as_leads_left_them(desk, now):
    path = Path(django_settings.PACK)
    count = content_actions.load_market_notes(actor=SYSTEM, path=path, now=now)
    assert count >= 15
    assert content_actions.load_market_notes(actor=SYSTEM, path=path, now=now) == 0
    lead = makers.staff("lead", name="Jonas")
    jonas, browser = actor_for(lead), Client()
    browser.force_login(lead, django_settings.AUTHENTICATION_BACKENDS[0])
    slang = next(note for note in content.market_notes() if note.title.startswith("Selling and buying"))
    entry = {"sort": "slang", "title": slang.title, "market": "ID", "language": "id"}
    wrong = browser.post(f"/market-notes/{slang.id}", {**entry, "text": "only words", "version": 1})
    assert wrong.status_code == 422
    right = browser.post(f"/market-notes/{slang.id}", {**entry, "text": "- cod: <b>pay</b> on the spot", "version": 1})
    assert right.status_code == 303
    late = browser.post(f"/market-notes/{slang.id}", {**entry, "text": "- cod: something else", "version": 1})
    assert late.status_code == 422
    assert "A colleague changed this note meanwhile" in late.content.decode()
    with pytest.raises(Stale):
        content_actions.keep_market_note(
            actor=jonas,
            entry=content_actions.MarketEntry(sort="slang", title="t", text="- a: b"),
            note_id=slang.id,
            version=1,
            now=now,
        )
    with pytest.raises(Forbidden):
        content_actions.retire_market_note(actor=desk.sari, note_id=slang.id, now=now)
    with pytest.raises(Invalid):
        content_actions.keep_market_note(
            actor=jonas, entry=content_actions.MarketEntry(sort="holiday", title="No days", text="x"), now=now
        )
    item = open_one(posted(desk, "m-1", PHONE), now)
    shown = browser.get(f"/reviews/{item}").content.decode()
    assert '<span class="slang" title="&lt;b&gt;pay&lt;/b&gt; on the spot">COD</span>' in shown
    law = next(note for note in content.market_notes() if note.sort == "law" and note.market == "ID" and not note.kinds)
    assert law.title in shown.replace("&#x27;", "'")
    assert browser.post(f"/market-notes/{law.id}/retire").status_code == 303
    assert law.title not in browser.get("/market-notes/").content.decode()


def test_a_comment_stands_in_its_thread_and_a_long_one_costs_no_more(desk, now):
    posted(desk, "l-1", "A blue bicycle, hardly used.", title="Blue bicycle")
    posted(desk, "c-root", "Can the bar go higher?", kind="comment", account="amara", about_id="l-1")

    def answer(number: int, account: str = "citra") -> content.UUID:
        words = f"Answer number {number} of the thread, with words of its own."
        return posted(
            desk, f"c-{number}", words, kind="comment", account=account, about_id="l-1", parent_id="c-root", likes=1
        )

    answer(1), answer(2)
    judged = answer(3, "hendra")
    posted(desk, "c-below", "An answer to the third.", kind="comment", account="dimas", about_id="l-1", parent_id="c-3")
    page = open_one(judged, now)
    desk.client.force_login(Staff.objects.get(id=desk.sari.id), django_settings.AUTHENTICATION_BACKENDS[0])

    def asked() -> tuple[int, str]:
        counts = []
        for _ in range(3):
            with CaptureQueriesContext(connection) as queries:
                shown = desk.client.get(f"/reviews/{page}").content.decode()
            counts.append(len(queries))
        return min(counts), shown

    short, shown = asked()
    for words in (
        "Blue bicycle",
        "Can the bar go higher?",
        "Answer number 1",
        "Answer number 2",
        "An answer to the third.",
    ):
        assert words in shown, words
    assert (
        shown.index("Answer number 2") < shown.index("This comment is judged") < shown.index("An answer to the third.")
    )
    assert "Parent id" not in shown
    for number in range(4, 20):
        answer(number)
    assert asked()[0] == short
    # One more than what a thing asks that stands alone (test_spine): what stands around it.
    assert short <= 11 + 1, short
    # An id is no word of the author: nothing looks for numbers in it.
    assert "l-1" not in content.texts_of([judged])[judged]


@pytest.mark.real
def test_of_two_leads_who_change_a_market_note_at_once_one_is_told(real_db):
    lead = actor_for(makers.staff("lead", name="Jonas"))
    entry = content_actions.MarketEntry(sort="custom", title="Two at once", text="As it was.")
    note = content_actions.keep_market_note(actor=lead, entry=entry, now=moment_now())

    def change(words: str) -> str:
        try:
            content_actions.keep_market_note(
                actor=lead,
                entry=content_actions.MarketEntry(sort="custom", title="Two at once", text=words),
                note_id=note,
                version=1,
                now=moment_now(),
            )
        except Stale:
            return "late"
        finally:
            connections.close_all()
        return words

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(change, ["one", "two"]))
    assert said[0] == "late"
    kept = content.market_note(note)
    assert (kept.text, kept.version) == (said[1], 2)
