"""Reports by mail: taken in with a receipt, asked back for what they lack, kept where nothing can be made of them."""

import pytest

from trustdesk.content import queries as content
from trustdesk.notices import actions, limits, queries
from trustdesk.notices.models import Notice
from trustdesk.notices.tests.makers import listing, settle
from trustdesk.post import boxes, receiving
from trustdesk.post import queries as post
from trustdesk.post.models import IncomingMail, Letter
from trustdesk.review import queries as reviews

pytestmark = pytest.mark.usefixtures("packed_db")


@pytest.fixture(autouse=True)
def _domain(settings):
    settings.MAIL_DOMAIN = "desk.example"


def come(text, *, now, subject="Penipuan (fraud)", to="notices@desk.example", who="Amara <amara@mail.example>"):
    """A mail of Amara's, handled; how it stands and what was written to her, newest last."""
    sender = f"From: {who}\r\n" if who else ""
    raw = f"{sender}Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    receiving.take(raw=raw.encode(), sender="amara@mail.example", recipients=[to], now=now)
    receiving.handle_due(now=now)
    letters = Letter.objects.filter(to="amara@mail.example").order_by("id")
    return IncomingMail.objects.order_by("-id").first(), list(letters)


def test_a_mail_becomes_a_notice_with_a_receipt_in_its_senders_language(now):
    item = listing(now=now)
    url = content.items([item])[item].url
    kept, (receipt,) = come(
        f"Penjual ini meminta uang lebih dahulu lalu tidak pernah menjawab lagi. Saya sudah membayar. Lihat {url}.",
        now=now,
    )
    (one,) = queries.of_subjects([item])[item]
    assert (kept.state, kept.about) == ("handled", f"notice:{one.id}")
    assert (one.channel, one.category, one.name, one.email) == ("mail", "fraud", "Amara", "amara@mail.example")
    assert (receipt.language, receipt.kind, receipt.reply_to) == ("id", "notice_receipt", "")
    assert receipt.text.startswith("Halo Amara,")
    settle(now)
    assert reviews.of_items([item])[item].because == "notice"


def test_a_place_that_is_missing_is_asked_back_and_the_answer_places_it(now, monkeypatch):
    monkeypatch.setattr(receiving, "tongue", [])
    item = listing(now=now)
    url = content.items([item])[item].url
    come("The seller of the walnut desk asks for money first.", now=now, subject="Walnut desk")
    (receipt,) = Letter.objects.filter(kind="notice_receipt")
    assert "answer this letter with the address" in receipt.text
    assert receipt.reply_to.startswith("notice+")
    waits = Notice.objects.get()
    assert waits.subject == "unknown"
    # An answer without one, then with one that nobody knows, then with the right one; after that nothing is asked.
    for text, state in (
        ("It is the desk.", "refused"),
        ("https://x.example/1", "handled"),
        (f"Here: {url}", "handled"),
    ):
        kept, letters = come(text, now=now, to=receipt.reply_to)
        assert kept.state == state, text
    assert "We found no address in your mail." in letters[-1].text
    placed = queries.one(waits.id)
    assert (placed.item, placed.addresses) == (item, ("mail: Walnut desk", "https://x.example/1"))
    settle(now)
    assert reviews.of_items([item])[item].because == "notice"
    assert come(f"Again: {url}", now=now, to=receipt.reply_to)[0].state == "refused"
    assert Notice.objects.count() == 1


def test_what_says_nothing_or_names_two_hundred_places_is_told_what_it_lacks(now, monkeypatch):
    monkeypatch.setattr(receiving, "tongue", [lambda words: "id" if "Coba" in words else "en"])
    kept, (asked,) = come("...", now=now, subject="")
    assert kept.state == "refused"
    assert "Say why you think" in asked.text
    assert "Say where it is" in asked.text
    with boxes.keeper[0].read(kept.raw) as raw:
        assert b"..." in raw.read()
    many = " ".join(f"https://pasar.example/{n}" for n in range(200))
    kept, letters = come(f"Coba lihat semua ini, semuanya penipuan: {many}", now=now)
    assert (kept.state, letters[-1].language) == ("refused", "id")
    assert "paling banyak 50 alamat" in letters[-1].text
    # Nobody signed it: nobody can be asked, so a person looks.
    come("The seller asks for money first.", now=now, who="")
    assert "A report needs an address" in post.stuck_mail()[0].why
    assert not Notice.objects.exists()


def test_a_flood_by_mail_waits_and_is_taken_in_later(now, monkeypatch):
    monkeypatch.setattr(receiving, "tongue", [])
    monkeypatch.setattr(limits, "REPORTER", 1)
    item = listing(now=now)
    url = content.items([item])[item].url
    states = [come(f"The seller asks for money first. {n} {url}", now=now)[0].state for n in range(2)]
    assert states == ["handled", "waiting"]
    receiving.handle_due(now=now + limits.REPORTER_SPAN)
    assert IncomingMail.objects.filter(state="handled").count() == 2
    assert Notice.objects.count() == 2
    assert not Letter.objects.filter(kind="mail_refused").exists()
    assert actions.is_mail("amara@mail.example")
