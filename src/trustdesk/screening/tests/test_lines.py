"""Reading feeds: whatever stands in a file, each line comes out once, as a value or with its reason."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.screening import feeding
from trustdesk.screening.lines import LONGEST_LINE, BadLine, Line, opened


def read(tmp_path, data, name="items.jsonl"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with opened(path) as file:
        return list(file)


def told(found):
    """(number, value or code) of each."""
    return [(line.number, line.code if isinstance(line, BadLine) else line.value) for line in found]


class TestJsonLines:
    def test_values_with_their_numbers_blank_lines_do_not_count_as_items(self, tmp_path):
        assert told(read(tmp_path, b'\xef\xbb\xbf{"a": 1}\n\n  \r\n{"a": 2}\r\n3')) == [
            (1, {"a": 1}),
            (4, {"a": 2}),
            (5, 3),
        ]

    def test_hostile_lines_cost_no_other(self, tmp_path):
        lines = [
            b'{"good": 1}',
            b"{nonsense",
            b'{"text": "\xff\xfe"}',
            b'{"nul": "\\u0000", "lone": "\\ud800"}',
            b"[" * 100_000,
            b'{"huge": "' + b"x" * (10 * LONGEST_LINE) + b'"}',
            b'{"n": 1e999}',
            b'{"n": NaN}',
            b'{"n": ' + b"9" * 5000 + b"}",
            b"\x00",
            b'{"good": 2}',
        ]
        found = told(read(tmp_path, b"\n".join(lines)))
        assert [number for number, _ in found] == list(range(1, 12))
        assert found[0][1] == {"good": 1}
        assert found[-1][1] == {"good": 2}
        assert found[3][1] == {"nul": "\0", "lone": "\ud800"}, "the item's own check repairs or refuses these"
        assert [code for _, code in found[4:6]] == ["too_deep", "too_long"]
        assert all(isinstance(code, str) for _, code in [*found[1:3], *found[6:10]])

    def test_a_reason_names_the_place(self, tmp_path):
        [bad] = read(tmp_path, '{"a": }')
        assert bad.reason == "The line is not valid JSON: expecting value at line 1, column 7."

    def test_a_damaged_archive_gives_what_stood_before(self, tmp_path):
        data = gzip.compress(b"".join(b'{"n": %d, "x": "%d"}\n' % (n, n * 7919) for n in range(20_000)))
        found = read(tmp_path, data[: len(data) // 2], "items.jsonl.gz")
        assert found[0].value["n"] == 0
        assert found[-1].code == "damaged"
        assert len(found) > 1000
        assert told(read(tmp_path, b"not an archive", "items.jsonl.gz")) == [(1, "damaged")]

    @given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=8))
    def test_no_bytes_crash_it_and_every_line_comes_out(self, tmp_path_factory, lines):
        found = read(tmp_path_factory.mktemp("lines"), b"\n".join(lines))
        expected = [
            n for n, line in enumerate(lines, 1) if (line.removeprefix(b"\xef\xbb\xbf") if n == 1 else line).strip()
        ]
        assert [line.number for line in found] == expected


class TestCsv:
    def test_rows_with_the_line_they_begin_on(self, tmp_path):
        found = read(tmp_path, 'id,text\n1,"two\nlines"\n\n2,one\n', "items.csv")
        assert told(found) == [(2, {"id": "1", "text": "two\nlines"}), (5, {"id": "2", "text": "one"})]

    def test_packed_and_with_semicolons(self, tmp_path):
        found = read(tmp_path, gzip.compress("\ufeffid;text\n1;für alle\n".encode()), "items.csv.gz")
        assert told(found) == [(2, {"id": "1", "text": "für alle"})]

    def test_hostile_rows_cost_no_other(self, tmp_path):
        rows = [
            b"id,text",
            b"1,good",
            b"2,too,many",
            b"3",
            b"4,latin \xe9",
            b"5,nul \x00",
            b'6,"closed" badly',
            b"7," + b"x" * (2 * LONGEST_LINE),
            b"8,good",
            b'9,"never closed',
        ]
        found = told(read(tmp_path, b"\n".join(rows), "items.csv"))
        assert found == [
            (2, {"id": "1", "text": "good"}),
            (3, "ragged"),
            (4, "ragged"),
            (5, "not_utf8"),
            (6, {"id": "5", "text": "nul \0"}),
            (7, "bad_csv"),
            (8, "too_long"),
            (9, {"id": "8", "text": "good"}),
            (10, "bad_csv"),
        ]

    def test_an_open_quote_says_which_lines_it_swallowed(self, tmp_path):
        found = read(tmp_path, 'id,text\n1,"open\n2,b\n3,c\n', "items.csv")
        assert told(found) == [(2, "bad_csv")]
        assert "lines 2 to 4" in found[0].reason

    def test_an_open_quote_does_not_swallow_a_large_file(self, tmp_path):
        rows = ["id,text", '1,"open'] + [f"{n},{'x' * 1000}" for n in range(3000)]
        found = read(tmp_path, "\n".join(rows), "items.csv")
        assert found[0].code == "too_long"
        assert sum(isinstance(line, Line) for line in found) > 1500, "reading goes on behind it"

    @pytest.mark.parametrize("data", [b"", b'"open', b"a,a\n1,2", b"x" * (LONGEST_LINE + 5)])
    def test_a_first_line_of_no_use_is_refused(self, tmp_path, data):
        with pytest.raises(Invalid):
            read(tmp_path, data, "items.csv")


def test_files_that_cannot_be_read_are_refused(tmp_path):
    for path, refusal in ((tmp_path / "no.csv", NotFound), (tmp_path / "no.txt", Invalid)):
        with pytest.raises(refusal), opened(path):
            pass
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(Invalid), opened(tmp_path / "folder.csv"):
        pass


class TestShape:
    def test_foreign_columns_find_their_place(self):
        columns = ["id", "text", "label", "title"]
        form = feeding.shape(["body=text", "external_id=id"], columns, by="id")
        assert form.places == {
            ("fields", "body"): "text",
            ("external_id",): "id",
            ("account", "external_id"): "id",
            ("fields", "title"): "title",
        }
        assert form.ignored == ("label",)

    def test_a_map_wins_over_a_columns_own_name(self):
        form = feeding.shape(["title=headline"], ["headline", "title", "x"])
        assert form.places == {("fields", "title"): "headline"}
        assert form.ignored == ("title", "x")

    @pytest.mark.parametrize("given", ["body", "body=", "boddy=text", "fields.=text", "body=missing"])
    def test_a_map_that_leads_nowhere_says_what_there_is(self, given):
        with pytest.raises(Invalid) as refused:
            feeding.shape([given], ["id", "text"])
        assert "external_id" in refused.value.message or "id, text" in refused.value.message


def test_groups_name_an_item_once_and_keep_the_order(tmp_path):
    def line(number, external_id):
        value = {"external_id": external_id, "kind": "ad", "fields": {"title": "Lamp"}}
        return Line(number, json.loads(json.dumps(value)), 100)

    lines = [line(n, key) for n, key in enumerate("abcabad", 1)]
    entries = feeding._entries(lines, feeding.Shape(), {}, limit=None, after=0)
    groups = [[entry.submission.external_id for entry in group] for group in feeding._groups(entries, 3)]
    assert groups == [["a", "b", "c"], ["a", "b"], ["a", "d"]]
