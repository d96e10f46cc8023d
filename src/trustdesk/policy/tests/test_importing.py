"""Bulk import: every line answered for, nothing lost, whatever it is."""

import time

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.policy.importing import ADD, CSV, LINES, REMOVE, REPLACE, Report, decode, merge, rows_of
from trustdesk.policy.wordlists import key_of, parse_list

BASE = "# Names that mean little else.\nrevolver\nshotgun\n# lang: id\nsenapan\n"


def imported(text, mode=ADD, form=LINES, language="", base=BASE):
    report = Report()
    merged = merge(parse_list("weapons", base)[0], rows_of(text, form, report, language=language), mode, report)
    return merged, report


def words(merged):
    parsed, problems = parse_list("weapons", merged.text)
    assert not problems, problems
    return [(entry.text, entry.language) for entry in parsed.entries]


def test_lines_are_counted_one_by_one():
    text = "\n# a comment\npistol\nPISTOL\npístol\nRevolver\n...\n" + "x" * 300 + "\nbad\x07word\n  musket  \n"
    merged, report = imported(text)
    assert report.counts == {
        "blank": 1,
        "comments": 1,
        "added": 2,
        "repeated": 2,
        "known": 1,
        "empty": 1,
        "long": 1,
        "broken": 1,
    }
    assert sum(report.counts.values()) == report.lines == 10
    assert report.samples["repeated"] == [(4, "PISTOL"), (5, "pístol")]
    assert words(merged) == [("revolver", ""), ("shotgun", ""), ("pistol", ""), ("musket", ""), ("senapan", "id")]


def test_languages_find_their_part():
    merged, _ = imported("bedil\n# lang: fr\nfusil\n", language="id")
    assert words(merged)[2:] == [("senapan", "id"), ("bedil", "id"), ("fusil", "fr")]


def test_a_csv_says_more():
    text = "word;language;source;why\nbedil;id;police report 12;seen twice\n;id;x;y\nfusil;;;\n"
    merged, report = imported(text, form=CSV)
    assert report.counts == {"comments": 1, "added": 2, "empty": 1}
    row = next(iter(merged.added.values()))
    assert (row.text, row.language, row.source, row.why) == ("bedil", "id", "police report 12", "seen twice")


def test_a_csv_without_a_heading_and_with_commas_in_words():
    merged, report = imported('"hello, my friend",note\npistol,\n', form=CSV)
    assert [row.text for row in merged.added.values()] == ["hello, my friend", "pistol"]
    assert report.lines == 2


def test_taking_out_and_replacing():
    merged, report = imported("SHOTGUN\nnothing like it\n", mode=REMOVE)
    assert (merged.removed, report.counts) == (1, {"removed": 1, "absent": 1})
    assert words(merged) == [("revolver", ""), ("senapan", "id")]
    merged, report = imported("pistol\nrevolver\n", mode=REPLACE)
    assert (merged.removed, report.counts) == (2, {"added": 1, "known": 1})
    assert words(merged) == [("pistol", ""), ("revolver", "")]
    assert "Names that mean little else" in merged.text, "what the list is about stays"


def test_a_pictograph_is_a_word():
    merged, report = imported("🔫\n¦\n…\n")
    assert report.counts == {"added": 2, "empty": 1}
    assert [text for text, _ in words(merged)][2:4] == ["🔫", "¦"]


def test_files_in_other_encodings():
    assert decode("café".encode()) == "café"
    assert decode("café".encode("utf-8-sig")) == "café"
    assert decode("café".encode("utf-16")) == "café"
    assert decode("café".encode("latin-1")) is None


def test_entries_that_find_the_same_words_share_a_key():
    assert key_of("Café  Noir") == key_of("cafe noir")
    assert key_of("...") == ""


ROWS = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "  ", "# note", "# lang: id", "revolver", "pistol", "PISTOL", "...", "x" * 250, "a\x00b", "é"]
        ),
        st.text(max_size=12),
    ),
    max_size=30,
)


@given(rows=ROWS, mode=st.sampled_from([ADD, REMOVE, REPLACE]), form=st.sampled_from([LINES, CSV]))
def test_the_numbers_always_add_up(rows, mode, form):
    merged, report = imported("\n".join(rows), mode=mode, form=form)
    assert sum(report.counts.values()) == report.lines
    if mode == ADD:
        before = {key_of(entry.text) for entry in parse_list("weapons", BASE)[0].entries}
        after = {key_of(entry.text) for entry in parse_list("weapons", merged.text)[0].entries}
        assert before <= after
        assert after - before == merged.added.keys()


def test_a_hundred_thousand_lines_with_rubbish():
    lines = [f"kata ke-{at}" for at in range(90_000)] + ["", "# x", "...", "kata ke-1"] * 2_500
    begun = time.process_time()
    merged, report = imported("\n".join(lines))
    assert time.process_time() - begun < 60
    assert report.lines == 100_000
    assert (report.counts["added"], report.counts["repeated"]) == (90_000, 2_500)
    assert len(merged.added) == 90_000
