"""The sample desk reads as if people had written it: nothing said twice, nothing that leads to a real person."""

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime

import phonenumbers
import pytest

from trustdesk.sample import catalog, draw

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

# Ranges kept free for fiction (or, for Indonesia, a block whose zeros nobody is given).
FICTION = ("+62812000", "+62813000", "+62857000", "+1202555", "+4930231250", "+4917139200", "+6290000", "+447700900")


def sentences(text: str) -> set[str]:
    """Sentences of a text as bare words: case, marks and spacing do not count."""
    pieces = re.split(r"[.!?…]+(?=\s|$)|\n", text)
    return {said for piece in pieces if (said := " ".join(re.findall(r"\w+", piece.casefold())))}


def test_no_two_items_share_a_sentence():
    said_by = defaultdict(set)
    for item in catalog.collection():
        for text in (item.words(), *(shown.alt for shown in item.media)):
            for sentence in sentences(text):
                said_by[sentence].add(item.external_id)
    assert {sentence: ids for sentence, ids in said_by.items() if len(ids) > 1} == {}


def test_no_two_items_share_a_run_of_seven_words():
    said_by = defaultdict(set)
    for item in catalog.collection():
        words = re.findall(r"\w+", item.words().casefold())
        for at in range(len(words) - 6):
            said_by[tuple(words[at : at + 7])].add(item.external_id)
    assert {" ".join(run): ids for run, ids in said_by.items() if len(ids) > 1} == {}


def test_the_sentence_check_sees_a_copy_behind_other_marks():
    assert sentences("Masih segel! Bisa COD") & sentences("bisa,  cod.\nLain")


def test_ids_are_unique_and_items_come_oldest_first():
    items = catalog.items(NOW)
    assert len({(item["kind"], item["external_id"]) for item in items}) == len(items)
    posted = [item["posted_at"] for item in items]
    assert posted == sorted(posted)
    assert posted[-1] < "2026-11-22T09:00:00Z"


def test_what_is_posted_carries_no_opinion():
    payloads = json.dumps(catalog.items(NOW, file_id=lambda shown: f"{shown.motif}-{shown.seed}"))
    for word in ('"expect"', '"hard"', '"days_ago"', '"hours_ago"', '"motif"'):
        assert word not in payloads


def test_pictures_are_known_motifs_and_each_is_shown_once():
    shown = [(shown.motif, shown.seed) for item in catalog.collection() for shown in item.media]
    assert {motif for motif, _ in shown} <= set(draw.names())
    assert [pair for pair, count in Counter(shown).items() if count > 1] == []


def test_media_take_the_id_under_which_their_bytes_were_stored():
    with_picture = next(item for item in catalog.collection() if item.media)
    owner = catalog.accounts()[with_picture.account]
    shape = with_picture.payload(NOW, owner, lambda shown: f"file-of-{shown.motif}")
    assert shape["media"][0]["file_id"] == f"file-of-{with_picture.media[0].motif}"
    assert "media" not in with_picture.payload(NOW, owner)


def test_addresses_lead_nowhere():
    everything = [item.words() for item in catalog.collection()] + [a.email for a in catalog.accounts().values()]
    hosts = [host for text in everything for host in re.findall(r"(?:https?://|www\.|\w@)([\w.-]+)", text)]
    assert hosts
    assert [host for host in hosts if not re.search(r"(^|\.)example(\.(com|org|net))?$", host.rstrip("."))] == []


def test_phone_numbers_belong_to_nobody():
    found = {
        phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        for item in catalog.collection()
        for match in phonenumbers.PhoneNumberMatcher(item.words(), item.market)
    }
    assert found
    assert [number for number in found if not number.startswith(FICTION)] == []


def test_a_line_that_cannot_be_used_is_named(monkeypatch):
    good = {**json.loads(_first_line("accounts.jsonl")), "shoe_size": 43}
    monkeypatch.setattr(catalog, "_lines", lambda prefix: [("accounts.jsonl:1", good)])
    catalog.accounts.cache_clear()
    try:
        with pytest.raises(catalog.BadSample, match=r"accounts.jsonl:1: .*shoe_size"):
            catalog.accounts()
    finally:
        monkeypatch.undo()
        catalog.accounts.cache_clear()


def _first_line(name: str) -> str:
    from importlib.resources import files

    return (files("trustdesk.sample") / "data" / name).read_text("utf-8").splitlines()[0]
