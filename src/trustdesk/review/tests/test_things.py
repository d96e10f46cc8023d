"""Every kind has a page of its own; words, prices and places as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.template.loader import get_template

from trustdesk.content.queries import KINDS, AccountView, MarketNoteView, VersionView, note_value
from trustdesk.review.beside import known_of, places_of, slang_of, words_of
from trustdesk.review.things import IN_PLACE, money

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_template_of_its_own_and_says_which_fields_stand_in_place(kind):
    assert get_template(f"review/kinds/{kind}.html")
    assert kind in IN_PLACE


def test_a_price_is_written_as_where_its_money_is_used():
    told = [money(Decimal(amount), code) for amount, code in (("1250000", "IDR"), ("1234.5", "EUR"), ("40", "SGD"))]
    assert told == ["Rp 1.250.000", "€ 1.234,50", "S$ 40"]
    assert money(None, "IDR") == ""


def version(body: str, **fields) -> VersionView:
    return VersionView(
        id=uuid4(),
        item=uuid4(),
        no=1,
        market="ID",
        language="id",
        url="",
        title="",
        body=body,
        price=None,
        currency="",
        category="",
        fields=fields,
        content_hash="",
        posted_at=None,
        received_at=AT,
        media=(),
    )


def account(email: str) -> AccountView:
    return AccountView(
        id=uuid4(),
        source=uuid4(),
        external_id="budi",
        name="Budi",
        kind="private",
        email=email,
        language="id",
        country="ID",
        verified=None,
        followers=None,
        registered_at=None,
        first_seen_at=AT,
        items_posted=1,
    )


def test_notes_can_be_pinned_to_what_stands_in_the_words_however_it_is_written():
    shown = version(
        "Hubungi nol delapan satu dua 0000 1234 atau Toko@Example.org, ambil di Jl. Kenanga No. 12",
        location="Blk 123 Ang Mo Kio Ave 4",
        parent_id="0812 9999 8888",
    )
    found = places_of(words_of(shown), shown, account("Budi@Example.org"))
    assert [(place.subject, place.value) for place in found] == [
        ("email", "budi@example.org"),
        ("phone", "+6281200001234"),
        ("email", "toko@example.org"),
        ("address", "blk 123 ang mo kio ave 4"),
        ("address", "jl kenanga no 12"),
    ]


@pytest.mark.parametrize(
    ("subject", "written", "kept"),
    [
        ("phone", "+62 812-0000 1234", "+6281200001234"),
        ("phone", "0812 0000 1234", ""),
        ("email", " Toko@Example.ORG ", "toko@example.org"),
        ("email", "toko at example", ""),
        ("address", "Jl. Kenanga  No.12, RT 03", "jl kenanga no 12 rt 03"),
        ("address", "Bandung", ""),
    ],
)
def test_what_a_note_is_pinned_to_has_one_form(subject, written, kept):
    assert note_value(subject, written) == kept


def test_slang_is_told_where_its_words_stand_and_law_where_it_holds():
    def note(sort: str, text: str) -> MarketNoteView:
        return MarketNoteView(
            id=uuid4(),
            sort=sort,
            title=sort,
            text=text,
            market="ID",
            language="",
            kinds=(),
            starts_on=date(2026, 12, 20) if sort == "holiday" else None,
            ends_on=date(2027, 1, 3) if sort == "holiday" else None,
            version=1,
            author_label="staff:1",
            changed_at=AT,
            retired_at=None,
        )

    notes = [note("law", "No bets."), note("slang", "- cod: pay on the spot\n- japri, pc: write privately")]
    known = known_of(notes, "COD saja, bukan codet")
    assert [(one.note.sort, one.terms) for one in known] == [("slang", (("cod", "pay on the spot"),)), ("law", ())]
    assert slang_of(known) == {"cod": "pay on the spot"}
    assert [one.note.sort for one in known_of(notes, "nothing of the kind")] == ["law"]
