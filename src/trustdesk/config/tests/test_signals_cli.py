"""`trustdesk signals`: the doors by which anyone measures the signals on data of their own."""

import csv
import json

import pytest

from trustdesk.config.cli import main
from trustdesk.signals.text import columns
from trustdesk.signals.text.heads import ArtefactRefused


def scored(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_each_row_in_is_a_row_out(tmp_path, capsys):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(
        'id,text,lang\n1,"Where is\nmy parcel?",en\n2,,\n3,Paket saya di mana?,id\n4,\xff\xfe bad bytes,en\n5,a,en,more\n6\n'.encode(
            "latin-1"
        )
    )
    assert (
        main(["signals", "score", str(source), "--column", "text", "--language-column", "lang", "--out", str(out)]) == 0
    )
    rows = scored(out)
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[2]["language.code"] == "id"
    assert rows[0]["intent.desk.label"] == "order_delivery"
    assert rows[4]["error"] == "the row has more fields than the header"
    assert rows[1]["error"] == ""
    assert all(0 <= float(row["urgency.urgent"]) <= 1 for row in rows)
    assert "6 rows" in capsys.readouterr().err


def test_a_text_that_breaks_a_signal_costs_only_its_own_row(tmp_path, monkeypatch):
    def ask(texts, languages):
        if any("boom" in text for text in texts):
            raise RuntimeError("boom")
        return [(1.0,) for _ in texts]

    signal = columns.TextSignal("rudeness", ("rudeness.rude",), ask, (), "")
    monkeypatch.setattr(columns, "SIGNALS", (signal,))
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\nfine\nboom\nfine too\n")
    assert main(["signals", "score", str(source), "--column", "text", "--out", str(out)]) == 0
    assert [row["rudeness.rude"] for row in scored(out)] == ["1.000000", "", "1.000000"]
    assert [row["error"] for row in scored(out)] == ["", "rudeness: RuntimeError", ""]


def test_a_refused_model_is_left_out_and_said(tmp_path, monkeypatch, capsys):
    def ask(texts, languages):
        raise ArtefactRefused("rudeness", "its checksum is wrong")

    signals = (columns.TextSignal("rudeness", ("rudeness.rude",), ask, (), ""), columns.LANGUAGE)
    monkeypatch.setattr(columns, "SIGNALS", signals)
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("text\nThe parcel did not arrive.\n")
    assert main(["signals", "score", str(source), "--column", "text", "--out", str(out)]) == 1
    (row,) = scored(out)
    assert (row["rudeness.rude"], row["language.code"]) == ("", "en")
    assert "rudeness was left out: its checksum is wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--column", "txt"], "has no column txt; it has id, text"),
        (["--column", "text", "--language-column", "l"], "has no column l"),
        (["--column", "text", "--only", "language,mood"], "there is no signal mood"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, capsys, arguments, sentence):
    source = tmp_path / "in.csv"
    source.write_text("id,text\n1,a\n")
    assert main(["signals", "score", str(source), *arguments, "--out", str(tmp_path / "out.csv")]) == 1
    assert sentence in capsys.readouterr().err


def test_the_file_that_is_read_is_not_written_over(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text("text\na\n")
    assert main(["signals", "score", str(source), "--column", "text", "--out", str(source)]) == 1
    assert "is the file that is read" in capsys.readouterr().err
    assert source.read_text() == "text\na\n"


def test_two_columns_of_one_name_and_what_is_no_csv_are_told(tmp_path, capsys):
    source = tmp_path / "in.csv"
    for raw, sentence in ((b"text,text\na,b\n", "more than one column text"), (b"\x1b[2J\x07,b\n", "it has ?[2J?, b")):
        source.write_bytes(raw)
        assert main(["signals", "score", str(source), "--column", "text", "--out", str(tmp_path / "out.csv")]) == 1
        assert sentence in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path, capsys):
    path = str(tmp_path / "none.csv")
    assert main(["signals", "score", path, "--column", "text", "--out", "-"]) == 1
    assert "none.csv cannot be read" in capsys.readouterr().err


def test_the_list_tells_each_signal_with_its_model(capsys):
    assert main(["signals", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["signal"] for row in told["signals"]} == set(columns.by_name())
    assert all(row["state"] == "ready" for row in told["signals"])
