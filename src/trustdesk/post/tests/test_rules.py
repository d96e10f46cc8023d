from hypothesis import given
from hypothesis import strategies as st

from trustdesk.post import rules
from trustdesk.post.composing import compose

VALUES = {
    "name": "Budi",
    "source": "Bazaar",
    "title": "Sepeda <b>bekas</b>",
    "paragraphs": ["It names a phone number.\nPlease leave it out.", "You may post it again."],
    "url": "https://desk.example/s/abc?x=1&y=2",
    "day": "17 March 2026",
    "severity": "High",
    "number": 1043,
    "by": "Fjord-6595",
    "line": "Write above this line",
    "marker": "ref:abc",
}
# Letters of which every word is a person's: no greeting of ours, and nothing to translate.
OF_CASES = {"case_reply", "case_receipt"}
# Letters to colleagues elsewhere: they greet nobody and have the title as their subject.
ELSEWHERE = {"side", "team_question"}
SCORES = [(score, f"https://desk.example/c/abc?score={score}&x=1") for score in range(1, 6)]


def test_the_first_wished_language_there_is():
    assert rules.choose_language(["fr", "id-ID", "en"]) == "id"
    assert rules.choose_language(["ID_id"]) == "id"
    assert rules.choose_language(["fr"]) == "en"
    assert rules.choose_language([]) == "en"


@given(st.text())
def test_a_subject_is_one_clean_line(text):
    line = rules.one_line(text)
    assert len(line) <= rules.LONGEST_SUBJECT
    assert not any(ord(char) < 32 or ord(char) == 127 for char in line)
    assert "\n" not in line


def test_letters_to_colleagues_elsewhere_say_what_is_asked():
    for kind in ELSEWHERE:
        for language in rules.LANGUAGES:
            letter = compose(kind=kind, languages=[language], values=VALUES)
            assert (letter.language, letter.subject) == (language, "Sepeda <b>bekas</b>")
            assert "<b>bekas" not in letter.html
            assert "It names a phone number." in letter.text
            assert "You may post it again." in letter.html
            assert not [broken for broken in ("{{", "{%", "None", "\n\n\n") if broken in letter.text]


def test_every_kind_reads_well_in_every_language():
    for kind in rules.KINDS.keys() - OF_CASES - ELSEWHERE - {"survey"}:
        seen = set()
        for language in rules.LANGUAGES:
            letter = compose(kind=kind, languages=[language], values=VALUES)
            assert letter.language == language
            assert letter.subject
            assert "Sepeda <b>bekas</b>" in letter.text, "plain text is not escaped"
            assert "Sepeda &lt;b&gt;bekas&lt;/b&gt;" in letter.html, "HTML is"
            assert "<b>bekas" not in letter.html
            if "url" in rules.KINDS[kind]:
                assert VALUES["url"] in letter.text
                assert "x=1&amp;y=2" in letter.html
            for part in ("It names a phone number.", "You may post it again."):
                assert part in letter.text
                assert part in letter.html
            for broken in ("{{", "{%", "None", "\n\n\n"):
                assert broken not in letter.text
            assert letter.text.startswith(("Hello Budi,", "Halo Budi,"))
            seen.add(letter.text)
        assert len(seen) == len(rules.LANGUAGES)


def test_a_survey_asks_with_five_addresses_and_one_to_be_asked_no_more():
    values = VALUES | {"scores": SCORES, "stop": "https://desk.example/c/abc/stop"}
    letters = [compose(kind="survey", languages=[language], values=values) for language in rules.LANGUAGES]
    assert len({letter.text for letter in letters}) == len(rules.LANGUAGES)
    for letter in letters:
        assert "Sepeda <b>bekas</b>" in letter.text
        assert "<b>bekas" not in letter.html
        for score, address in SCORES:
            assert address in letter.text, score
            assert address.replace("&", "&amp;") in letter.html
        assert "abc/stop" in letter.text
        assert "abc/stop" in letter.html
        for broken in ("{{", "{%", "None", "\n\n\n"):
            assert broken not in letter.text


def test_letters_of_cases_say_what_was_written_and_how_to_answer():
    for kind in OF_CASES:
        for language in rules.LANGUAGES:
            letter = compose(kind=kind, languages=[language], values=VALUES)
            assert letter.subject.endswith("Sepeda <b>bekas</b> [#1043]")
            assert letter.subject.startswith("Re: ") == (kind == "case_reply")
            for part in ("It names a phone number.", "Fjord-6595", "ref:abc", "Write above this line"):
                assert part in letter.text
                assert part in letter.html
            assert VALUES["url"] in letter.text
            assert "x=1&amp;y=2" in letter.html
            bare = compose(kind=kind, languages=[language], values=VALUES | {"line": "", "marker": "", "url": ""})
            for broken in ("{{", "{%", "None", "--", "ref:"):
                assert broken not in bare.text
            hostile = compose(kind=kind, languages=[language], values=VALUES | {"paragraphs": ["<script>x</script>"]})
            assert "<script>" not in hostile.html


def test_nobody_is_greeted_by_an_empty_name():
    assert compose(kind="restored", languages=["en"], values={**VALUES, "name": ""}).text.startswith("Hello,\n")


def test_a_letter_with_a_hole_cannot_be_written():
    import pytest

    with pytest.raises(ValueError, match="needs url"):
        compose(kind="restored", languages=["en"], values={k: v for k, v in VALUES.items() if k != "url"})
    with pytest.raises(ValueError, match="no letter of kind"):
        compose(kind="greeting", languages=["en"], values=VALUES)
