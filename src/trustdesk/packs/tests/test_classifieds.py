"""The pack classifieds keeps its own word: every example, every list, every clause."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from trustdesk import engine
from trustdesk.engine.folding import fold_phrase

from . import makers

CODES = sorted(makers.policies())
EXAMPLES = [
    pytest.param(code, at, id=f"{code}-{at + 1}")
    for code in CODES
    for at in range(len(makers.policies()[code][0]["examples"]))
]
KEYS = {
    "code",
    "title",
    "labels",
    "applies_to",
    "markets",
    "gravity",
    "strikes",
    "ground",
    "reason",
    "rules",
    "examples",
}
EXAMPLE_KEYS = {
    *("title", "text", "body", "kind", "market", "language", "price", "currency", "category", "item", "account"),
    *("lookups", "expect", "also", "rule", "why"),
}


def told(found: engine.Verdict) -> str:
    hits = ", ".join(f"{hit.policy}/{hit.rule} {[piece.text for piece in hit.evidence]}" for hit in found.hits)
    return f"{found.outcome}: {hits or 'no rule'}"


@pytest.mark.parametrize(("code", "at"), EXAMPLES)
def test_an_example_gets_what_it_expects_from_the_whole_pack(code: str, at: int) -> None:
    front, _ = makers.policies()[code]
    example = front["examples"][at]
    found = makers.verdict(**makers.example_event(front, example))
    assert found.outcome == example["expect"], f"{example.get('title', '')} {example.get('text', '')} → {told(found)}"
    assert not found.undecided
    if "also" in example:
        assert example["also"] in {hit.then.verb for hit in found.hits}
    if example["expect"] != "approve":
        assert any(hit.policy == code for hit in found.hits), f"only other policies object: {told(found)}"


def test_the_engine_has_no_doubt_about_any_rule() -> None:
    documents = [{**front, "rules": makers.rules_of(front)} for front, _ in makers.policies().values()]
    problems = engine.check(documents, makers.schema(), makers.lists())
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("code", CODES)
def test_every_rule_is_shown_by_an_example(code: str) -> None:
    front, _ = makers.policies()[code]
    fired = {
        hit.rule
        for example in front["examples"]
        for hit in makers.verdict(**makers.example_event(front, example)).hits
        if hit.policy == code
    }
    assert sorted({rule["name"] for rule in front["rules"]} - fired) == []


@pytest.mark.parametrize("code", CODES)
def test_front_matter_is_complete(code: str) -> None:
    front, _ = makers.policies()[code]
    assert front["code"] == code
    assert KEYS <= set(front) <= KEYS | {"legal_ground", "hide_reported"}
    assert front["ground"] == "terms" or front["legal_ground"]
    assert set(front["labels"]) <= set(makers.labels())
    assert set(front["applies_to"]) <= set(makers.settings()["kinds"])
    assert set(front["markets"]) <= {"all", *(market["code"] for market in makers.settings()["markets"])}
    assert 1 <= front["gravity"] <= 5
    for rule in front["rules"]:
        assert set(rule) <= {"name", "clause", "when", "then", "if_unknown"}
        lane = re.search(r'lane="(\w+)"', rule["then"])
        assert not lane or lane[1] in makers.settings()["lanes"]
    for example in front["examples"]:
        assert set(example) <= EXAMPLE_KEYS


@pytest.mark.parametrize("code", CODES)
def test_a_policy_shows_what_it_forbids_and_what_it_allows(code: str) -> None:
    expected = Counter(example["expect"] for example in makers.policies()[code][0]["examples"])
    assert sum(expected.values()) >= 5
    assert expected["approve"] >= 3
    assert sum(expected.values()) > expected["approve"]


def test_no_two_examples_are_the_same() -> None:
    texts = [
        f"{example.get('title', '')}|{example.get('text', '')}".casefold()
        for front, _ in makers.policies().values()
        for example in front["examples"]
    ]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize("code", CODES)
def test_the_author_is_told_in_both_languages(code: str) -> None:
    front, _ = makers.policies()[code]
    assert set(front["reason"]) == {"en", "id"}
    for language, reason in front["reason"].items():
        assert set(re.findall(r"{(.*?)}", reason)) <= {"kind", "matched"}, language
        assert "{kind}" in reason, language
        assert len(reason.split()) >= 15, language
    both = ["{matched}" in reason for reason in front["reason"].values()]
    assert both[0] == both[1]


@pytest.mark.parametrize("code", CODES)
def test_a_reason_that_quotes_always_has_something_to_quote(code: str) -> None:
    front, _ = makers.policies()[code]
    if "{matched}" not in front["reason"]["en"]:
        return
    for example in front["examples"]:
        for hit in makers.verdict(**makers.example_event(front, example)).hits:
            assert hit.policy != code or hit.evidence, (hit.rule, example)


def headings(body: str) -> list[tuple[str, str]]:
    """Number and words of each heading; a heading without a number has an empty one."""
    return [
        (found[1] or "", found[2]) for found in re.finditer(r"^#{2,4} +(?:(\d+(?:\.\d+)*) )?(.+)$", body, re.MULTILINE)
    ]


@pytest.mark.parametrize("code", CODES)
def test_clauses_are_numbered_and_rules_point_at_them(code: str) -> None:
    front, body = makers.policies()[code]
    numbers = [number for number, _ in headings(body)]
    assert all(numbers), "a heading without a number"
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert {rule["clause"] for rule in front["rules"]} <= set(numbers)
    assert "Hard cases" in {words for _, words in headings(body)}


@pytest.mark.parametrize("code", CODES)
def test_the_translation_has_the_same_clauses(code: str) -> None:
    front, body = makers.translations()[code]
    assert front["translation_of"] == code
    assert front["language"] == "id"
    assert front["title"] != makers.policies()[code][0]["title"]
    assert [number for number, _ in headings(body)] == [number for number, _ in headings(makers.policies()[code][1])]


def sentences(body: str) -> set[str]:
    """Sentences of four words and more, without headings and marks."""
    plain = re.sub(r"^#.*$|[*_`>-]+", " ", body, flags=re.MULTILINE)
    joined = re.sub(r"\s+", " ", plain)
    return {sentence for part in re.split(r"[.!?:]", joined) if len((sentence := part.strip().casefold()).split()) >= 4}


def test_no_two_guidelines_share_a_sentence() -> None:
    bodies = [body for _, body in (*makers.policies().values(), *makers.translations().values())]
    times = Counter(sentence for body in bodies for sentence in sentences(body))
    assert [sentence for sentence, count in times.items() if count > 1] == []


def used_lists() -> set[str]:
    conditions = (rule["when"] for front, _ in makers.policies().values() for rule in front["rules"])
    return {name for when in conditions for name in re.findall(r'\blist\("([^"]+)"\)', when)}


def test_every_list_is_used_and_every_used_list_is_there() -> None:
    assert used_lists() == set(makers.lists())


@pytest.mark.parametrize("name", sorted(makers.lists()))
def test_a_list_has_no_entry_twice_after_folding(name: str) -> None:
    entries = makers.lists()[name]
    assert len(entries) >= 5
    folded = Counter(fold_phrase(entry) for entry in entries)
    assert "" not in folded
    assert [entry for entry, times in folded.items() if times > 1] == []


def test_the_pack_covers_what_a_market_place_needs() -> None:
    assert len(CODES) >= 17
    assert set(makers.translations()) == set(CODES)
    covered = {label.partition(".")[0] for front, _ in makers.policies().values() for label in front["labels"]}
    assert {"fraud", "goods", "hate", "violence", "self_harm", "sexual", "privacy", "ip", "consumer"} <= covered


def test_queues_take_every_kind_whatever_its_labels() -> None:
    settings = makers.settings()
    taken: set[Any] = {kind for queue in settings["queues"] for kind in queue.get("kinds", ())}
    assert taken == set(settings["kinds"])
    families = {label.partition(".")[0] for label in makers.labels()}
    grave = set(settings["queues"][0]["families"])
    assert grave <= families
    for queue in settings["queues"][1:]:
        assert queue.get("fallback") or set(queue["except"]["families"]) == grave
    assert sum(queue.get("fallback", False) for queue in settings["queues"]) == 1
    assert set(settings["targets"]) == set(settings["lanes"])


BENIGN = [
    "Glue gun with twenty sticks, hardly used",
    "Bomber jacket in olive, size L, price 40",
    "Heat gun and staple gun, sold together",
    "Obat nyamuk bakar satu dus, harga grosir",
    "Lampu tembak untuk taman, garansi toko",
    "Senjata utama dapur: wajan besi, dijual karena pindah",
    "Bom waktu? Bukan, ini jam weker antik yang keras bunyinya",
    "Cannon camera strap and shooting gloves for photographers",
    "Shot glasses, six pieces, and a cocktail shaker",
    "Baby bath seat with suction cups, hardly any wear",
    "Sepeda lipat 20 inci, rem cakram, nego tipis",
    "Rumah dikontrakkan dua kamar, dekat stasiun, bisa survei",
    "Cockpit simulator seat, analogue joystick, Essex pickup",
    "Magazine rack from the sixties, teak",
    "Shell necklace and coral-coloured earrings",
    "Ammonite fossil on a stand, 12 cm",
    "Drugstore cabinet, glass doors, early 1900s",
    "Grass trimmer and weed brush, both electric",
    "Snow chains for 16 inch wheels, ice scraper included",
    "The kids outgrew it: trampoline with net, 3 metres",
    "Used iPhone 11, 64 GB, battery 84 %, small scratch on the frame",
    "Nasi box untuk acara kantor, minimal 30 kotak, kirim sendiri",
    "Genuine leather sofa, dyed cognac brown glass table free",
    "Kitten-heel shoes, black, size 38",
]


@pytest.mark.parametrize("text", BENIGN)
@pytest.mark.parametrize("kind", ["listing", "ad"])
def test_ordinary_things_pass_untouched(text: str, kind: str) -> None:
    found = makers.verdict(kind=kind, title=text.split(",", maxsplit=1)[0], text=text, account={"age": "1 day"})
    assert found.outcome == "approve", told(found)
    assert not found.hits, told(found)
