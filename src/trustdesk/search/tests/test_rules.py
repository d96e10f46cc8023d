"""How words become what is looked up."""

import pytest

from trustdesk.search import rules
from trustdesk.search.listing import cell


def found_by(query: str, text: str) -> bool:
    """Whether PostgreSQL would find the text: its query read by hand."""
    have = set(rules.words_of(text))
    asked = rules.tsquery(query)
    assert asked.startswith("(")
    for part in asked[1:-1].split(" & "):
        ways = [way.strip() for way in part.strip("()").split(" | ")]
        if not any(
            any(word.startswith(way[1:-3]) for word in have) if way.endswith(":*") else way[1:-1] in have
            for way in ways
        ):
            return False
    return True


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("BICYCLE", "A folding bicycle"),
        ("cafe", "Café crème"),
        ("crème", "CREME"),
        ("paypal", "pay with pаypаl now"),  # two Cyrillic letters
        ("pаypаl", "pay with paypal now"),
        ("bicy", "folding bicycle"),
        ("folding bic", "A folding bicycle"),
        ("ｗｅａｐｏｎ", "weapon"),
        ("ขาย", "ขายปืนราคาถูก"),
        ("自転車", "新品の自転車です"),
        ("سيارة", "سيارة للبيع"),
    ],
)
def test_the_same_words_are_found_however_they_are_written(query, text):
    assert found_by(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("fold bicycle", "folding bicycle"), ("bi", "bicycle"), ("車転", "新品の自転車です")]
)
def test_other_words_are_not_found(query, text):
    assert not found_by(query, text)


@pytest.mark.parametrize("typed", ["'", "\\", "a' | 'b", "a:*", "!!", "& |", "😀", "\u202e\u200b", "a\\' b", "%_%"])
def test_nothing_that_is_typed_is_an_operator(typed, db):
    from django.db import connection

    asked = rules.tsquery(typed, exactly=[rules.exact(typed)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsquery, numnode(%s::tsquery)", [asked, asked])
        assert cursor.fetchone()[1] <= 12


def test_long_texts_and_words_stay_within_bounds():
    many = rules.words_of(" ".join(f"word{n}" for n in range(20_000)))
    assert len(many) <= rules.MOST_WORDS
    assert max(map(len, rules.words_of("x" * 9_000))) == rules.LONGEST_WORD
    assert rules.tsquery("y" * 500).count("'") == 2


def test_ids_phones_and_mails_are_known_by_their_form():
    assert rules.as_id("01900000-0000-7000-8000-000000000000")
    assert rules.as_id("01900000") is None
    assert rules.is_email("budi@mail.example.com")
    assert not rules.is_email("a @ b")
    assert rules.is_phone("+62 812 0000 1234")
    assert not rules.is_phone("12-34")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\n="])
def test_a_cell_is_never_a_formula(start):
    assert cell(f"{start}HYPERLINK(1)")[0] == "'"
