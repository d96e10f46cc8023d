"""In the pack that ships, what a reviewer types first leads to the clause they mean."""

from pathlib import Path

import pytest

import trustdesk
from trustdesk.policy.folders import read_folder
from trustdesk.policy.queries import searching

PACK = Path(trustdesk.__file__).parent / "packs" / "classifieds"


@pytest.fixture(scope="module")
def content():
    return read_folder(PACK).content


@pytest.mark.parametrize(
    ("typed", "policy", "clause"),
    [
        ("dep vie", "rental-scams", "1.2"),
        ("phone", "off-platform-contact", "1.1"),
        ("gun", "weapons", "1.1"),
        ("fake brand", "counterfeit", "1.1"),
        ("western union", "off-platform-payment", "1.2"),
        ("ivory", "wildlife-and-animals", "1.1"),
        ("cigarettes", "age-restricted-goods", "1.2"),
        ("pyramid", "investment-scams", "1.3"),
        ("slur", "hate", "1.1"),
        ("xanax", "prescription-medicine", "1.1"),
        ("otp", "off-platform-payment", "2.2"),
        ("shouting", "title-quality", "1.1"),
    ],
)
def test_the_first_hit_is_the_obvious_clause(content, monkeypatch, typed, policy, clause):
    monkeypatch.setattr(searching, "live_content", lambda: content)
    first = searching.clause_search(typed)[0]
    assert (first.policy, first.clause) == (policy, clause)


def test_nothing_is_offered_that_explains_or_allows(content, monkeypatch):
    monkeypatch.setattr(searching, "live_content", lambda: content)
    for typed in ("why", "fine", "hard", "case", "rule", "allowed"):
        for hit in searching.clause_search(typed, limit=100):
            assert hit.title not in {"Why we have this rule", "What is fine", "Hard cases", "What is not allowed"}
