"""Statements of reasons: whole for every outcome and restriction, in both languages and all forms, or not at all."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from trustdesk.content.rules import KINDS
from trustdesk.decisions.rules import OUTCOMES, RESTRICTION_KINDS
from trustdesk.decisions.statement_forms import as_html, as_text, digest
from trustdesk.decisions.statement_words import KIND_WORDS, RESTRICTION_WORDS
from trustdesk.decisions.statements import Clause, Incomplete, Material, compose

AT = datetime(2026, 8, 31, 9, 0, tzinfo=UTC)
LANGUAGES = [code for code, _name in settings.LANGUAGES]
WHOLE = Material(
    decision="0190a000-0000-7000-8000-000000000001",
    outcome="remove",
    item_kind="ad",
    title="Folding bicycle <b>",
    clauses=[
        Clause("off-platform", "Contact details", 5, "1.2", "Phones", "Your ad shows a number.", "https://x/rules/a")
    ],
    evidence=[{"field": "body", "start": 5, "end": 9, "text": "0812"}],
    fields={"body": "Call 0812 now"},
    content_language="en",
    ground="terms",
    legal_ground="",
    author_note="We told you once before.",
    restrictions=[{"kind": "remove", "on": "item", "markets": [], "starts_at": AT, "ends_at": None}],
    automated_detection=True,
    automated_decision=False,
    notified=False,
    posted_at=AT - timedelta(days=2),
    noticed_at=AT - timedelta(days=1),
    decided_at=AT,
    effective_at=AT,
    platform="Pasar Contoh",
    contact="trust@pasar.example",
    url="https://desk.example/s/abc",
    language="en",
    language_why="reader",
    time_zone="Asia/Jakarta",
)


def told(material):
    """The statement with its forms, each holding every sentence of it."""
    data = compose(material)
    text, page = as_text(data), html.unescape(re.sub(r"<[^>]+>", "", as_html(data)))
    sentences = [
        data["subject"],
        *data["intro"],
        data["author_note"],
        data["ground_text"],
        *(line["text"] for line in data["means"]),
        *(step["what"] for step in data["timeline"]),
        *data["redress"],
        *(c["title"] for c in data["clauses"]),
    ]
    for sentence in sentences:
        assert sentence in text, sentence
        assert sentence in page, sentence
    assert material.url in text
    assert "<b>" not in as_html(data)
    assert len(digest(data, text, page)) == 64
    return data, text


@pytest.mark.parametrize("kind", RESTRICTION_KINDS)
def test_each_restriction_is_told_with_scope_and_time_in_each_language(kind):
    seen = set()
    for language in LANGUAGES:
        for ends, markets in ((None, []), (AT + timedelta(days=3), ["ID", "SG"])):
            one = {"kind": kind, "on": "account", "markets": markets, "starts_at": AT, "ends_at": ends}
            data, text = told(replace(WHOLE, language=language, restrictions=[one]))
            means = data["means"][0]["text"]
            assert "2026" in means
            assert "31 " in means
            assert ("ID, SG" in means) == bool(markets)
            if ends:
                assert "3 September 2026, 16:00" in means
            assert any(step["state"] == "ahead" for step in data["timeline"])
            assert "28 Februar" in text, "six calendar months from 31 August end on the last of February"
            seen.add(means)
    assert len(seen) == 2 * len(LANGUAGES), "no language falls back to another"


@pytest.mark.parametrize("outcome", [one for one in OUTCOMES if one != "flag"])
def test_each_outcome_of_each_kind_reads_well_in_each_language(outcome):
    for kind in (*KINDS, "account"):
        subjects = set()
        for language in LANGUAGES:
            restrictions = WHOLE.restrictions if outcome in {"remove", "limit", "hold"} else []
            data, _text = told(
                replace(WHOLE, outcome=outcome, item_kind=kind, language=language, restrictions=restrictions)
            )
            assert data["language"] == language
            subjects.add(data["subject"])
        assert len(subjects) == len(LANGUAGES)


def test_how_it_came_to_light_and_who_decided_follow_from_provenance():
    ways = {}
    for notified in (False, True):
        for found in (False, True):
            for decided in (False, True):
                data, _text = told(
                    replace(WHOLE, notified=notified, automated_detection=found, automated_decision=decided)
                )
                ways[notified, found, decided] = tuple(step["what"] for step in data["timeline"][1:3])
                assert data["notified"] is notified
    assert len({way[0] for way in ways.values()}) == 3, "a report, software, a person"
    assert len({way[1] for way in ways.values()}) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_law_and_orders_name_what_they_rest_on(language):
    grounds = set()
    for ground in ("law", "order"):
        data, text = told(replace(WHOLE, language=language, ground=ground, legal_ground="Article 9 of an act"))
        assert "Article 9 of an act" in text
        grounds.add(data["ground_text"])
    assert len(grounds) == 2


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"clauses": []}, "clause"),
        ({"clauses": [replace(WHOLE.clauses[0], reason="  ")]}, "reason"),
        ({"ground": "law"}, "legal ground"),
        ({"ground": "order", "legal_ground": " "}, "legal ground"),
        ({"restrictions": []}, "restricted"),
        ({"restrictions": [{"kind": "vanish"}]}, "vanish"),
        ({"restrictions": [{"kind": "remove", "starts_at": AT, "ends_at": AT}]}, "ends before it begins"),
        ({"effective_at": AT - timedelta(seconds=1)}, "before it was decided"),
        ({"contact": "", "platform": ""}, "another look"),
        ({"url": ""}, "read"),
    ],
)
def test_without_a_needed_part_there_is_none(change, missing):
    with pytest.raises(Incomplete, match=missing):
        compose(replace(WHOLE, **change))


def test_there_are_words_for_everything_that_can_be_decided_about():
    assert set(RESTRICTION_WORDS) == set(RESTRICTION_KINDS)
    assert set(KIND_WORDS) == {*KINDS, "account"}
