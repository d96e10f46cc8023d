"""`trustdesk signals images` and `neighbours`: a folder of pictures, good ones, bad ones and none."""

import json

import numpy as np
import pytest

from trustdesk.config.cli import main
from trustdesk.files.tests.makers import png_bomb
from trustdesk.signals.images.tests.makers import jpeg, png, scene


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "pictures"
    (made / "below").mkdir(parents=True)
    (made / "a.png").write_bytes(png(scene(1)))
    (made / "below" / "b.jpg").write_bytes(jpeg(np.ascontiguousarray(scene(1)[:, ::-1])))
    (made / "below" / "c.jpg").write_bytes(jpeg(scene(2)))
    (made / "bomb.png").write_bytes(png_bomb())
    (made / "empty.gif").write_bytes(b"")
    (made / "liar.jpg").write_bytes(b"<html>")
    (made / "note.txt").write_text("hello")
    (made / "gone.jpg").symlink_to(made / "nowhere")
    return made


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_file_gets_its_line(folder, tmp_path, capsys):
    out = tmp_path / "images.jsonl"
    assert main(["signals", "images", str(folder), "--out", str(out), "--only", "hash,codes"]) == 0
    seen = {line["file"]: line for line in lines(out)}
    assert {name: line["refusal"] for name, line in seen.items() if line["refusal"]} == {
        "bomb.png": "too_many_pixels",
        "empty.gif": "empty",
        "liar.jpg": "not_what_it_says",
        "note.txt": "unknown_type",
    }
    assert list(seen) == ["a.png", "bomb.png", "empty.gif", "liar.jpg", "note.txt", "below/b.jpg", "below/c.jpg"]
    assert len(seen["a.png"]["variants"]) == 8
    assert (seen["a.png"]["codes"], seen["a.png"]["texts"]) == ([], None)
    assert "7 files" in capsys.readouterr().err


def test_a_run_goes_on_where_it_was_cut(folder, tmp_path):
    out = tmp_path / "images.jsonl"
    command = ["signals", "images", str(folder), "--out", str(out), "--only", "hash"]
    assert main(command) == 0
    whole = [line["file"] for line in lines(out)]
    text = out.read_text()
    out.write_text(text[: text.index("below/b.jpg")])
    assert main([*command, "--resume"]) == 0
    assert [line["file"] for line in lines(out)] == whole


def test_neighbours_are_told_in_pairs(folder, tmp_path, capsys):
    out = tmp_path / "pairs.jsonl"
    assert main(["signals", "neighbours", str(folder), "--out", str(out)]) == 0
    (pair,) = lines(out)
    assert (pair["first"], pair["second"], pair["kind"]) == ("a.png", "below/b.jpg", "turned")
    assert pair["confidence"] > 0.6
    assert "bomb.png: too_many_pixels" in capsys.readouterr().err


def test_what_cannot_be_done_is_said(folder, tmp_path, capsys):
    out = str(tmp_path / "images.jsonl")
    assert main(["signals", "images", str(tmp_path / "none"), "--out", out]) == 1
    assert main(["signals", "images", str(folder), "--out", out, "--only", "mood"]) == 1
    assert main(["signals", "neighbours", str(tmp_path / "none")]) == 1
    assert main(["signals", "images", str(folder), "--out", str(tmp_path / "no" / "way")]) == 1
    assert "there is no mood" in capsys.readouterr().err


def test_the_list_names_what_is_seen_in_pictures(capsys):
    main(["signals", "list", "--json"])
    told = json.loads(capsys.readouterr().out)["pictures"]
    assert {one["signal"]: one["state"] for one in told} == dict.fromkeys(
        ("hash", "adult", "texts", "codes", "faces"), "ready"
    )
